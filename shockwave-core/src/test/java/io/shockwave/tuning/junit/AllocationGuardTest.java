package io.shockwave.tuning.junit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shockwave.client.ClientRequest;
import io.shockwave.client.ClientResponse;
import io.shockwave.client.ShockwaveClient;
import io.shockwave.server.ShockwaveServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherConfig;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** Runs small test classes by JUnit's own launcher and looks at what becomes of them. */
@Timeout(120)
class AllocationGuardTest {
    private static Object kept;
    private static int counter;

    /** Results by display name; {@code null} for a test that passed. */
    private static Map<String, Throwable> run(Class<?> tests) {
        LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request().selectors(DiscoverySelectors.selectClass(tests)).build();
        Map<String, Throwable> results = new TreeMap<>();
        LauncherFactory.create(LauncherConfig.builder().enableTestExecutionListenerAutoRegistration(false).build()).execute(request, new TestExecutionListener() {
            @Override
            public void executionFinished(TestIdentifier test, TestExecutionResult result) {
                if (test.isTest()) {
                    results.put(test.getDisplayName(), result.getThrowable().orElse(null));
                }
            }
        });
        return results;
    }

    static final class OnMethods {
        @Test
        @MaxAllocation(bytes = 0)
        void nothing() {
            counter++;
        }

        @Test
        @MaxAllocation(bytes = 0)
        void something() {
            kept = new byte[1_000];
        }

        @Test
        @MaxAllocation(bytes = 1_040)
        void asMuchAsAllowed() {
            kept = new byte[1_000];
        }

        @Test
        @MaxAllocation(bytes = 1_000)
        void aLittleMore() {
            kept = new byte[1_000];
        }

        @Test
        void unguarded() {
            kept = new byte[100_000];
        }
    }

    @Test
    void methodsAreRedAboveTheirBytesAndGreenUpToThem() {
        Map<String, Throwable> results = run(OnMethods.class);
        assertEquals(5, results.size());
        assertEquals(null, results.get("nothing()"));
        assertEquals(null, results.get("asMuchAsAllowed()"));
        assertEquals(null, results.get("unguarded()"));
        assertTrue(results.get("aLittleMore()") instanceof AssertionError);
        String message = results.get("something()").getMessage();
        assertTrue(message.startsWith("OnMethods.something allocates more than the 0 bytes allowed\n"), message);
        assertTrue(message.contains("byte[]") && message.contains(OnMethods.class.getName() + ".something:"), message);
    }

    @MaxAllocation(bytes = 0)
    static final class OnClass {
        private final List<Integer> lists = new ArrayList<>();

        @Test
        void inherits() {
            kept = new byte[10];
        }

        @Test
        @MaxAllocation(bytes = 100)
        void hasItsOwn() {
            kept = new byte[10];
        }

        @ParameterizedTest
        @ValueSource(strings = {"a", "b"})
        void templatesToo(String argument) {
            kept = argument.equals("b") ? new byte[10] : argument;
        }

        @Test
        void keepsItsInstance() {
            lists.clear();
        }
    }

    @Test
    void aClassSpeaksForItsMethods() {
        Map<String, Throwable> results = run(OnClass.class);
        assertTrue(results.get("inherits()") instanceof AssertionError);
        assertEquals(null, results.get("hasItsOwn()"));
        assertEquals(null, results.get("keepsItsInstance()"));
        assertEquals(5, results.size(), results.toString());
        assertEquals(2, results.values().stream().filter(AssertionError.class::isInstance).count(), results.toString());
    }

    static final class Failing {
        private int runs;

        @Test
        @MaxAllocation(bytes = 0)
        void atOnce() throws IOException {
            throw new IOException("at once");
        }

        @Test
        @MaxAllocation(bytes = 0)
        void later() throws IOException {
            if (++runs == 1_000) {
                throw new IOException("later");
            }
        }

        @Test
        @ExtendWith(AllocationGuard.class)
        void noLimit() {
            kept = new byte[10];
        }
    }

    @Test
    void exceptionsOfTheTestAreItsOwn() {
        Map<String, Throwable> results = run(Failing.class);
        assertEquals("java.io.IOException: at once", results.get("atOnce()").toString());
        assertEquals("java.io.IOException: later", results.get("later()").toString());
        assertEquals(null, results.get("noLimit()"));
    }

    abstract static class Exchange {
        private ShockwaveServer server;
        private ShockwaveClient client;
        private ClientRequest request;
        private final byte[] content = new byte[64];

        abstract void answer(io.shockwave.server.ServerResponse response) throws IOException;

        @BeforeEach
        void start() throws IOException {
            server = ShockwaveServer.builder().listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)).reactors(1).inlineHandler((in, out) -> answer(out)).start();
            client = ShockwaveClient.builder().build();
            request = client.get("http://127.0.0.1:" + server.address().getPort() + "/");
        }

        @AfterEach
        void stop() {
            client.close();
            server.close();
        }

        void exchange() throws IOException {
            try (ClientResponse response = request.send()) {
                while (response.body().read(content, 0, content.length) >= 0) {
                    counter++;
                }
            }
        }
    }

    static final class LeanHandler extends Exchange {
        private static final byte[] HELLO = {'h', 'e', 'l', 'l', 'o'};

        @Override
        void answer(io.shockwave.server.ServerResponse response) throws IOException {
            response.send(HELLO);
        }

        @Test
        @MaxAllocation(bytes = 0, threads = "shockwave-\\d+-reactor-0")
        void serves() throws IOException {
            exchange();
        }
    }

    static final class WastefulHandler extends Exchange {
        @Override
        void answer(io.shockwave.server.ServerResponse response) throws IOException {
            response.send(new byte[500]);
        }

        @Test
        @MaxAllocation(bytes = 0, threads = "shockwave-\\d+-reactor-0")
        void serves() throws IOException {
            exchange();
        }

        @Test
        @MaxAllocation(bytes = 0)
        void itsCallerAllocatesNothing() throws IOException {
            exchange();
        }
    }

    @Test
    void aHandlerOnItsReactorIsCountedWhenItsThreadIsNamed() {
        assertEquals(null, run(LeanHandler.class).get("serves()"));
        Map<String, Throwable> results = run(WastefulHandler.class);
        assertEquals(null, results.get("itsCallerAllocatesNothing()"));
        String message = results.get("serves()").getMessage();
        assertTrue(message.contains(WastefulHandler.class.getName() + ".answer:"), message);
    }
}
