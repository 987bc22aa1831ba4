// SPDX-License-Identifier: Apache-2.0
package dev.keyway.host;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keyway.Device;
import dev.keyway.DeviceException;
import dev.keyway.DeviceStatus;
import dev.keyway.Keyway;
import dev.keyway.Tensor;
import dev.keyway.UnsupportedOperatorException;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A plugin's fault stays its own: it is named, and the plugin beside it works on. */
class FaultyPluginTest {
    private static final Duration LIMIT = Duration.ofMillis(300);
    private static final String RELEASE = "faulty.release";

    private final RecordedProblems problems = new RecordedProblems();
    private final Keyway keyway =
            Keyway.builder().classPathBackends(false).pluginTimeLimit(LIMIT).open();
    private PluginHost host;
    @TempDir Path folder;

    @BeforeEach
    void open() {
        System.clearProperty(RELEASE);
        host = PluginHost.open(keyway, problems, HostOptions.DEFAULT.timeLimit(LIMIT));
    }

    @AfterEach
    void close() {
        System.setProperty(RELEASE, "now");
        host.close();
        keyway.close();
    }

    private static TestPlugin faulty(String fault) {
        return TestPlugin.of("org.faulty", "1.0.0", "faulty.FaultyBackend")
                .value("FAULT", fault)
                .service("faulty.FaultyBackend");
    }

    /** Starts the plugin with the fault, and a good one after it. */
    private Plugin start(TestPlugin faulty) throws IOException {
        Plugin plugin = host.install(faulty.write(folder.resolve("faulty.jar")));
        host.start(plugin);
        host.start(
                host.install(new TestPlugin("org.good", "1.0.0").write(folder.resolve("g.jar"))));
        assertTheOtherWorks();
        return plugin;
    }

    private void assertTheOtherWorks() {
        Device device = keyway.device("tiny");
        try (Tensor a = keyway.tensor(device, new float[] {1, 2}, 2);
                Tensor sum = a.add(a)) {
            assertArrayEquals(new float[] {2, 4}, sum.toFloatArray());
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    null list           | probe returned null, expected a list of devices
                    null type           | its device type is null
                    bad type            | its device type is 'Faulty Device', expected lower-case
                    overflow in probe   | probe overflows the stack
                    linkage in register | NoClassDefFoundError: com/acme/Absent
                    slow in probe       | probe has not returned after 300 ms and was interrupted
                    slow in constructor | constructor has not returned after 300 ms and was
                    """)
    void aBackendThatCantBeRegisteredIsRefused(String fault, String reason) throws IOException {
        Plugin plugin = start(faulty(fault));
        assertEquals(Plugin.State.FAILED, plugin.state());
        assertTrue(plugin.reason().contains(reason), plugin::reason);
        assertEquals(1, problems.all.size());
        assertEquals("org.faulty", problems.all.getFirst().plugin().symbolicName());
        assertThrows(DeviceException.class, () -> keyway.device("faulty"));
    }

    @ParameterizedTest
    @CsvSource({"constructor", "register", "probe"})
    void aPluginThatHangsIsRefusedAndItsThreadNamed(String place) throws Exception {
        Plugin plugin = start(faulty("hang in " + place));
        assertEquals(Plugin.State.FAILED, plugin.state());
        assertTrue(
                plugin.reason()
                        .contains(
                                "org.faulty 1.0.0: "
                                        + place
                                        + " has not returned after 300 ms; its thread"
                                        + " 'keyway-plugin org.faulty 1.0.0 "
                                        + place
                                        + "' hangs at java.base"),
                plugin::reason);
        assertTrue(plugin.remedy().contains("restart the program"), plugin::remedy);
        Collected collected = new Collected();
        collected.watch(plugin);
        host.uninstall(plugin);
        assertTheOtherWorks();
        String left = problems.all.getLast().reason();
        assertTrue(
                left.contains(
                        "it left threads running: 'keyway-plugin org.faulty 1.0.0 " + place + "'"),
                left);
        assertTrue(left.contains("until they end, its classes stay loaded"), left);
        System.setProperty(RELEASE, "now");
        assertEquals(1, collected.await());
    }

    @Test
    void aPluginThatHangsInItsActivatorIsLeftAlone() throws Exception {
        Plugin plugin =
                start(
                        TestPlugin.of("org.faulty", "1.0.0", "faulty.HangingActivator")
                                .imports("org.osgi.framework")
                                .header("Bundle-Activator", "faulty.HangingActivator"));
        assertEquals(Plugin.State.FAILED, plugin.state());
        assertTrue(plugin.reason().contains("start has not returned after"), plugin::reason);
        assertThrows(DeviceException.class, () -> host.stop(plugin));
        host.uninstall(plugin);
        assertEquals(1, host.list().size());
        assertTheOtherWorks();
        Plugin other = host.list().getFirst();
        host.update(other, new TestPlugin("org.good", "2.0.0").write(folder.resolve("2.jar")));
        assertTheOtherWorks();
        host.uninstall(other);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    hang in open      | open of device 0 has not returned after 300 ms; its thread
                    slow in open      | open of device 0 has not returned after 300 ms and was
                    linkage in open   | NoClassDefFoundError: com/acme/Absent
                    null driver       | open returned null, expected a driver
                    null memory       | the driver's memory is null
                    negative capacity | the memory's capacity is -5 bytes, expected a positive
                    null stream       | newStream returned null
                    computes throws   | no luck in computes
                    """)
    void aDeviceThatDoesNotOpenIsListedWithTheReason(String fault, String reason)
            throws IOException {
        Plugin plugin = start(faulty(fault));
        assertEquals(Plugin.State.ACTIVE, plugin.state());
        DeviceStatus status = status("faulty:0");
        assertTrue(status.reason().contains(reason), status::reason);
        String message =
                assertThrows(DeviceException.class, () -> keyway.device("faulty")).getMessage();
        assertTrue(message.contains(reason), message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    null device    | faulty:?  | probe named a device that is null
                    negative index | faulty:-3 | the index -3 is negative
                    index twice    | faulty:0  | the index 0 is there twice
                    no reason      | faulty:1  | the plugin gives no reason
                    """)
    void nonsenseAboutOneDeviceLeavesTheOthers(String fault, String name, String reason)
            throws IOException {
        start(faulty(fault));
        assertEquals("faulty:0", keyway.device("faulty").name());
        assertEquals(reason, status(name).reason());
        assertTrue(status(name).remedy().contains("vendor"));
    }

    private DeviceStatus status(String name) {
        return keyway.deviceStatus().stream()
                .filter(status -> status.name().equals(name) && !status.usable())
                .findFirst()
                .orElseThrow();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    factory throws | creating its kernel for ADD in f32 failed
                    none           | add.Tensor: the kernel of plugin org.faulty 1.0.0 failed
                    null handle    | org.faulty 1.0.0: its memory returned null for
                    """)
    void aCallThatFailsInThePluginSaysWhoseFaultItIs(String fault, String reason)
            throws IOException {
        start(faulty(fault));
        Device device = keyway.device("faulty");
        DeviceException e =
                assertThrows(
                        DeviceException.class,
                        () -> {
                            try (Tensor a = keyway.tensor(device, new float[] {1}, 1)) {
                                a.add(a).close();
                            }
                        });
        assertTrue(e.getMessage().contains(reason), e::getMessage);
        assertTrue(e.getMessage().contains("org.faulty 1.0.0"), e::getMessage);
        assertTheOtherWorks();
    }

    @Test
    void whatADeviceLacksIsSaidWithItsPlugin() throws IOException {
        start(faulty("none"));
        UnsupportedOperatorException e =
                assertThrows(
                        UnsupportedOperatorException.class,
                        () -> {
                            Device device = keyway.device("faulty");
                            try (Tensor a = keyway.tensor(device, new float[] {1}, 1)) {
                                a.exp().close();
                            }
                        });
        assertTrue(
                e.getMessage()
                        .contains(
                                "exp is not supported for f32 on faulty:0 (plugin org.faulty"
                                        + " 1.0.0)"),
                e::getMessage);
    }

    @ParameterizedTest
    @CsvSource({"constructor", "probe", "open"})
    void threadsLeftBehindAreNamedAndOnceTheyEndTheClassesGo(String place) throws Exception {
        Plugin plugin = start(faulty("thread in " + place));
        assertEquals(List.of(), problems.all);
        Collected collected = new Collected();
        collected.watch(plugin);
        host.uninstall(plugin);
        assertEquals(1, problems.all.size(), problems.all::toString);
        String reason = problems.all.getFirst().reason();
        assertTrue(reason.contains("it left threads running: 'faulty-poller' at "), reason);
        System.setProperty(RELEASE, "now");
        assertEquals(1, collected.await());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    close throws  | no luck in close
                    hang in close | close of faulty:0 has not returned after 300 ms; its thread
                    """)
    void aDeviceThatDoesNotCloseIsNamedAndGone(String fault, String reason) throws IOException {
        Plugin plugin = start(faulty(fault));
        host.stop(plugin);
        assertTrue(problems.all.getFirst().reason().contains(reason), problems.all::toString);
        assertThrows(DeviceException.class, () -> keyway.device("faulty"));
        assertTheOtherWorks();
    }
}
