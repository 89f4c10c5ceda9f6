package io.shockwave.internal.tls13;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** The traces of RFC 8448, sections 3 and 4, the case of RFC 5869 A.1, and the initial secrets of RFC 9001 A.1. */
class KeyScheduleTest {
    private static final String CLIENT_HELLO = "010000c00303cb34ecb1e78163ba1c38c6dacb196a6dffa21a8d9912ec18a2ef6283024dece7000006130113031302010000910000000b0009000006736572766572ff01000100"
            + "000a00140012001d0017001800190100010101020103010400230000003300260024001d002099381de560e4bd43d23d8e435a7dbafeb3c06e51c13cae4d5413691e529aaf2c002b0003020304000d0020001e04030503060302"
            + "0308040805080604010501060102010402050206020202002d00020101001c00024001";
    private static final String SERVER_HELLO = "020000560303a6af06a4121860dc5e6e60249cd34c95930c8ac5cb1434dac155772ed3e2692800130100002e00330024001d0020c9828876112095fe66762bdbf7c672e156d6cc253b833df1"
            + "dd69b1b04e751f0f002b00020304";
    private static final byte[] NOTHING = {};

    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text);
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    @Test
    void aSimpleHandshake() {
        KeySchedule schedule = new KeySchedule(CipherSuite.AES_128_GCM_SHA256);
        schedule.early(NOTHING);
        byte[] empty = new Transcript(CipherSuite.AES_128_GCM_SHA256).hash();
        assertEquals("6f2615a108c702c5678f54fc9dbab69716c076189c48250cebeac3576c3611ba", hex(schedule.derive("derived", empty)));
        schedule.handshake(hex("8bd4054fb55b9d63fdfbacf9f04b9f0d35e6d63f537563efd46272900f89492d"));
        Transcript transcript = new Transcript(CipherSuite.AES_128_GCM_SHA256);
        transcript.add(hex(CLIENT_HELLO), 0, CLIENT_HELLO.length() / 2);
        transcript.add(hex(SERVER_HELLO), 0, SERVER_HELLO.length() / 2);
        assertEquals("860c06edc07858ee8e78f0e7428c58edd6b43f2ca3e6e95f02ed063cf0e1cad8", hex(transcript.hash()));
        assertEquals("b3eddb126e067f35a780b3abf45e2d8f3b1a950738f52e9600746a0e27a55a21", hex(schedule.derive("c hs traffic", transcript.hash())));
        byte[] server = schedule.derive("s hs traffic", transcript.hash());
        assertEquals("b67b7d690cc16c4e75e54213cb2d37b4e9c912bcded9105d42befd59d391ad38", hex(server));
        assertEquals("9b9b141d906337fbd2cbdce71df4deda4ab42c309572cb7fffee5454b78f0718",
                hex(schedule.finished(server, hex("edb7725fa7a3473b031ec8ef65a2485493900138a2b91291407d7951a06110ed"))));
        assertEquals("43de77e0c77713859a944db9db2590b53190a65b3ee2e4f12dd7a0bb7ce254b4", hex(schedule.derive("derived", empty)));
        schedule.master();
        byte[] toServerFinished = hex("9608102a0f1ccc6db6250b7b7e417b1a000eaada3daae4777a7686c9ff83df13");
        assertEquals("9e40646ce79a7f9dc05af8889bce6552875afa0b06df0087f792ebb7c17504a5", hex(schedule.derive("c ap traffic", toServerFinished)));
        assertEquals("a11af9f05531f856ad47116b45a950328204b4f44bfb6b3a4b4f1f3fcb631643", hex(schedule.derive("s ap traffic", toServerFinished)));
        byte[] resumption = schedule.derive("res master", hex("209145a96ee8e2a122ff810047cc952684658d6049e86429426db87c54ad143d"));
        assertEquals("7df235f2031d2a051287d02b0241b0bfdaf86cc856231f2d5aba46c434ec196c", hex(resumption));
        assertEquals("4ecd0eb6ec3b4d87f5d6028f922ca4c5851a277fd41311c9e62d2c9492e1c4f3", hex(KeySchedule.resumptionKey(CipherSuite.AES_128_GCM_SHA256, resumption, new byte[2])));
    }

    @Test
    void aResumedHandshake() {
        KeySchedule schedule = new KeySchedule(CipherSuite.AES_128_GCM_SHA256);
        schedule.early(hex("4ecd0eb6ec3b4d87f5d6028f922ca4c5851a277fd41311c9e62d2c9492e1c4f3"));
        byte[] key = schedule.binderKey();
        assertEquals("69fe131a3bbad5d63c64eebcc30e395b9d8107726a13d074e389dbc8a4e47256", hex(key));
        assertEquals("3add4fb2d8fdf822a0ca3cf7678ef5e88dae990141c5924d57bb6fa31b9e5f9d",
                hex(schedule.finished(key, hex("63224b2e4573f2d3454ca84b9d009a04f6be9e05711a8396473aefa01e924a14"))));
        assertEquals("3fbbe6a60deb66c30a32795aba0eff7eaa10105586e7be5c09678d63b6caab62",
                hex(schedule.derive("c e traffic", hex("08ad0fa05d7c7233b1775ba2ff9f4c5b8b59276b7f227f13a976245f5d960913"))));
    }

    /** Traffic keys of the server's handshake in section 3: key and iv are expanded with an empty context. */
    @Test
    void trafficKeysAreExpanded() {
        Hkdf hkdf = new Hkdf(CipherSuite.AES_128_GCM_SHA256);
        byte[] secret = hex("b67b7d690cc16c4e75e54213cb2d37b4e9c912bcded9105d42befd59d391ad38");
        byte[] both = new byte[1 + 16 + 12];
        hkdf.expandLabel(secret, "key", NOTHING, both, 1, 16);
        hkdf.expandLabel(secret, "iv", NOTHING, both, 17, 12);
        assertEquals("003fce516009c21727d0f2e4e86ee403bc5d313eb2671276ee13000b30", hex(both));
    }

    @Test
    void extractIsThatOfRfc5869() {
        byte[] key = new byte[32];
        byte[] input = hex("ff0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0bff");
        new Hkdf(CipherSuite.CHACHA20_POLY1305_SHA256).extract(hex("000102030405060708090a0b0c"), input, 1, 22, key);
        assertEquals("077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5", hex(key));
    }

    @Test
    void initialSecretsAreThoseOfRfc9001() {
        Hkdf hkdf = new Hkdf(CipherSuite.AES_128_GCM_SHA256);
        byte[] initial = new byte[32];
        hkdf.extract(hex("38762cf7f55934b34d179ae6a4c80cadccbb7f0a"), hex("8394c8f03e515708"), 0, 8, initial);
        byte[] client = new byte[32];
        hkdf.expandLabel(initial, "client in", NOTHING, client, 0, 32);
        assertEquals("c00cf151ca5be075ed0ebfb5c80323c42d6b7db67881289af4008f1f6c357aea", hex(client));
        byte[] mask = new byte[16];
        hkdf.expandLabel(client, "quic hp", NOTHING, mask, 0, 16);
        assertEquals("9f50449e04a0e810283a1e9933adedd2", hex(mask));
    }

    @Test
    void longOutputsNeedSeveralBlocks() {
        Hkdf hkdf = new Hkdf(CipherSuite.AES_256_GCM_SHA384);
        byte[] secret = new byte[48];
        byte[] all = new byte[255];
        hkdf.expandLabel(secret, "exp", NOTHING, all, 0, 255);
        byte[] again = new byte[255];
        hkdf.expandLabel(secret, "exp", NOTHING, again, 0, 255);
        assertArrayEquals(all, again);
        assertFalse(hex(all).substring(96, 192).equals(hex(all).substring(0, 96)));
    }

    @Test
    void equalityIsOfTheWholeRange() {
        byte[] expected = {1, 2, 3};
        assertTrue(KeySchedule.areEqual(expected, new byte[] {0, 1, 2, 3, 0}, 1, 3));
        assertFalse(KeySchedule.areEqual(expected, new byte[] {0, 1, 2, 4, 0}, 1, 3));
        assertFalse(KeySchedule.areEqual(expected, new byte[] {1, 2, 3, 0}, 0, 2));
    }

    @Test
    void whatWasDerivedFromIsWiped() {
        KeySchedule schedule = new KeySchedule(CipherSuite.AES_128_GCM_SHA256);
        schedule.early(new byte[] {1});
        byte[] before = schedule.derive("x", NOTHING);
        schedule.wipe();
        byte[] ofZeros = new byte[32];
        new Hkdf(CipherSuite.AES_128_GCM_SHA256).expandLabel(new byte[32], "x", NOTHING, ofZeros, 0, 32);
        assertFalse(hex(before).equals(hex(ofZeros)));
        assertArrayEquals(ofZeros, schedule.derive("x", NOTHING));
    }
}
