# Asks a server on 127.0.0.1 for / over HTTP/3 by aioquic, in many ways, and prints a line for each. Usage: PORT AUTHORITIES
import asyncio, sys
from aioquic.asyncio.client import connect
from aioquic.asyncio.protocol import QuicConnectionProtocol
from aioquic.h3.connection import H3Connection
from aioquic.h3.events import DataReceived, HeadersReceived, PushPromiseReceived
from aioquic.quic.configuration import QuicConfiguration
from aioquic.quic.packet import QuicProtocolVersion
from aioquic.tls import CipherSuite

V1, V2, UNKNOWN = QuicProtocolVersion.VERSION_1, QuicProtocolVersion.VERSION_2, 0x1A2A3A4A
port, authorities = int(sys.argv[1]), sys.argv[2]
tickets = []


class Client(QuicConnectionProtocol):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.http, self.waiting, self.streams = H3Connection(self._quic), {}, {}

    def quic_event_received(self, event):
        for e in self.http.handle_event(event):
            if isinstance(e, PushPromiseReceived) or e.push_id is not None:
                continue
            answer = self.streams.setdefault(e.stream_id, [b"", b""])
            if isinstance(e, HeadersReceived):
                answer[0] = dict(e.headers).get(b":status", answer[0])
            elif isinstance(e, DataReceived):
                answer[1] += e.data
            if e.stream_ended:
                self.waiting.pop(e.stream_id).set_result(tuple(answer))

    def ask(self, method=b"GET", more=(), content=b""):
        stream = self._quic.get_next_available_stream_id()
        self.waiting[stream] = asyncio.get_running_loop().create_future()
        self.http.send_headers(stream, [(b":method", method), (b":scheme", b"https"), (b":authority", b"localhost"), (b":path", b"/"), *more], not content)
        if content:
            self.http.send_data(stream, content, True)
        self.transmit()
        return self.waiting[stream]


async def get(c):
    return await c.ask()


async def key_updates(c):
    answers = set()
    for _ in range(5):
        c.request_key_update()
        answers.add(await c.ask())
    return answers


async def connection_ids(c):
    answers = set()
    for _ in range(4):
        c.change_connection_id()
        answers.add(await c.ask())
    return answers


async def together(c):
    return set(await asyncio.gather(*[c.ask() for _ in range(100)]))


async def post(c):
    return await c.ask(b"POST", (), b"x" * 300_000)


async def extended_connect(c):
    return await c.ask(b"CONNECT", [(b":protocol", b"echo")])


async def one(name, what, wait=True, **options):
    configuration = QuicConfiguration(is_client=True, alpn_protocols=["h3"], server_name="localhost", **options)
    configuration.load_verify_locations(cafile=authorities)
    async with connect("127.0.0.1", port, configuration=configuration, create_protocol=Client, session_ticket_handler=tickets.append, wait_connected=wait) as c:
        answers = await asyncio.wait_for(what(c), 20)
        answers = answers if isinstance(answers, set) else {answers}
        said = " ".join(sorted((status + b" " + content).decode() for status, content in answers))
        await c.ping()
        print(f"{name}: {said}, {c._quic._version:x}{' early' if c._quic.tls.early_data_accepted else ''}", flush=True)


async def main():
    await one("one", get)
    await one("two", get, original_version=V2, supported_versions=[V2])
    await one("two for one", get, original_version=V1, supported_versions=[V2, V1])
    await one("negotiated", get, original_version=UNKNOWN, supported_versions=[UNKNOWN, V2, V1])
    await one("key updates", key_updates)
    await one("connection ids", connection_ids)
    await one("together", together)
    await one("small windows", get, max_data=2_000, max_stream_data=500)
    await one("ChaCha20", get, cipher_suites=[CipherSuite.CHACHA20_POLY1305_SHA256])
    await one("post", post)
    await one("extended CONNECT", extended_connect)
    await one("early", get, wait=False, session_ticket=tickets[0])


asyncio.run(main())
