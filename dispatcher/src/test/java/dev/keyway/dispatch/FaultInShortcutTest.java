// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.keyway.ArgumentException;
import dev.keyway.Device;
import dev.keyway.DeviceException;
import dev.keyway.Keyway;
import dev.keyway.Tensor;
import dev.keyway.plugins.reference.ReferenceBackend;
import dev.keyway.spi.Backend;
import dev.keyway.spi.DeviceDescription;
import dev.keyway.spi.DeviceDriver;
import dev.keyway.spi.Kernel.Kernel1;
import dev.keyway.spi.Kernel.Kernel2;
import dev.keyway.spi.KernelRegistry;
import dev.keyway.spi.Layout;
import dev.keyway.spi.Services;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * A kernel that fails after it has served the same call before, so that the call takes the short
 * way: the error is the one of the long way, and the result's memory is free again.
 */
class FaultInShortcutTest {
    private static @Nullable Throwable fault;

    private final Keyway keyway =
            Keyway.builder().threads(1).classPathBackends(false).backend(new Moody()).open();
    private final Device device = keyway.device("moody");
    private final Tensor x = keyway.tensor(device, new float[] {1, -2}, 2);

    /** The reference backend, but relu and minimum do nothing, or fail when told to. */
    static final class Moody implements Backend {
        private final ReferenceBackend reference = new ReferenceBackend();

        @Override
        public String deviceType() {
            return "moody";
        }

        @Override
        public List<DeviceDescription> probe(Services services) {
            return reference.probe(services);
        }

        @Override
        public DeviceDriver open(int index, Services services) {
            return reference.open(index, services);
        }

        @Override
        public void register(KernelRegistry registry) {
            reference.register(registry);
            Kernel1 relu = (call, out, self) -> meetFault();
            Kernel2 minimum = (call, out, self, other) -> meetFault();
            registry.operator("relu", Layout.CONTIGUOUS, dtype -> relu);
            registry.operator("minimum", Layout.CONTIGUOUS, dtype -> minimum);
        }
    }

    private static void meetFault() {
        switch (fault) {
            case null -> {}
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            case Throwable e -> throw sneaky(e);
        }
    }

    @SuppressWarnings("unchecked")
    private static <E extends Throwable> RuntimeException sneaky(Throwable e) throws E {
        throw (E) e;
    }

    @AfterEach
    void close() {
        fault = null;
        keyway.close();
    }

    private <E extends Throwable> E failing(Class<E> type, Throwable cause) {
        for (int i = 0; i < 4; i++) {
            x.relu().close();
            x.minimum(x).close();
        }
        long live = device.memory().liveBlocks();
        fault = cause;
        E one = assertThrows(type, x::relu);
        E two = assertThrows(type, () -> x.minimum(x));
        fault = null;
        assertEquals(live, device.memory().liveBlocks());
        assertArrayEquals(new float[] {1, -2}, x.toFloatArray());
        assertEquals(String.valueOf(two.getMessage()).replace("minimum", "relu"), one.getMessage());
        return one;
    }

    @Test
    void aRuntimeErrorNamesOperatorPluginAndDevice() {
        IllegalStateException cause = new IllegalStateException("no luck");
        DeviceException e = failing(DeviceException.class, cause);
        assertEquals(
                "relu: the kernel of plugin dev.keyway.dispatch 0 failed on moody:0: " + cause,
                e.getMessage());
        assertSame(cause, e.getCause());
    }

    @Test
    void aClassThatIsMissingDoesSoToo() {
        NoClassDefFoundError cause = new NoClassDefFoundError("com/acme/Absent");
        DeviceException e = failing(DeviceException.class, cause);
        assertEquals(
                "relu: the kernel of plugin dev.keyway.dispatch 0 failed on moody:0: " + cause,
                e.getMessage());
    }

    @Test
    void keywaysOwnErrorsAndWrongNumbersStayWhatTheyAre() {
        DeviceException ours = new DeviceException("the device is on fire");
        assertSame(ours, failing(DeviceException.class, ours));
        ArgumentException wrong =
                failing(ArgumentException.class, new ArithmeticException("division by zero"));
        assertEquals("relu: division by zero", wrong.getMessage());
    }

    /** A call that seems to run for ever would keep whoever closes a shared tensor waiting. */
    @Test
    void anErrorThatIsNotDeclaredEndsTheCall() {
        IOException cause = new IOException("the disk is full");
        assertSame(cause, failing(IOException.class, cause));
        assertFalse(((KeywayRuntime) keyway).threadState().isInside());
    }

    @Test
    void otherErrorsAreNotHidden() {
        StackOverflowError cause = new StackOverflowError("deep");
        assertSame(cause, failing(StackOverflowError.class, cause));
    }
}
