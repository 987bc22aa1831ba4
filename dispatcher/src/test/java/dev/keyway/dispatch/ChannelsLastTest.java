// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keyway.ArgumentException;
import dev.keyway.DType;
import dev.keyway.Device;
import dev.keyway.Keyway;
import dev.keyway.MemoryFormat;
import dev.keyway.Ops;
import dev.keyway.Tensor;
import dev.keyway.plugins.reference.ReferenceBackend;
import dev.keyway.spi.Backend;
import dev.keyway.spi.DeviceDescription;
import dev.keyway.spi.DeviceDriver;
import dev.keyway.spi.Kernel.Kernel1;
import dev.keyway.spi.KernelRegistry;
import dev.keyway.spi.Layout;
import dev.keyway.spi.Services;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Images with their channels last stay so where kernels can, and elsewhere have the same values.
 */
class ChannelsLastTest {
    private static final long[] STRIDES = {60, 1, 15, 3};

    /** Of average pooling by windows of one pixel, a copy: what it got. */
    private boolean gotChannelsLast;

    private final Keyway keyway =
            Keyway.builder().threads(1).classPathBackends(false).backend(new Copying()).open();
    private final Device device = keyway.device("copying");

    /** The reference backend with a kernel of the layout, which copies memory as it lies. */
    private final class Copying implements Backend {
        private final ReferenceBackend reference = new ReferenceBackend();

        @Override
        public String deviceType() {
            return "copying";
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
            Kernel1 copy =
                    (call, out, self) -> {
                        MemoryFormat format = MemoryFormat.CHANNELS_LAST;
                        gotChannelsLast = !self.isContiguous();
                        assertTrue(self.isContiguous() || self.isContiguous(format));
                        assertEquals(self.isContiguous(), out.isContiguous());
                        assertEquals(self.isContiguous(format), out.isContiguous(format));
                        for (long i = 0; i < out.numel(); i++) {
                            long at = i * Float.BYTES;
                            float value = HostMemoryAccess.getFloat(self.address() + at);
                            HostMemoryAccess.putFloat(out.address() + at, value);
                        }
                    };
            Layout layout = Layout.CHANNELS_LAST;
            registry.operator("avg_pool2d", layout, dtype -> dtype == DType.F32 ? copy : null);
        }
    }

    @AfterEach
    void close() {
        keyway.close();
    }

    /** {@code [2, 3, 4, 5]} with an element's number, row-major. */
    private Tensor images() {
        float[] values = new float[120];
        for (int i = 0; i < values.length; i++) {
            values[i] = i - 50;
        }
        return keyway.tensor(device, values, 2, 3, 4, 5);
    }

    private Tensor channelsLast() {
        try (Tensor images = images()) {
            return images.contiguous(MemoryFormat.CHANNELS_LAST);
        }
    }

    private static Tensor pool(Tensor tensor) {
        long[] one = {1, 1};
        return Ops.avgPool2d(tensor, one, one, new long[] {0, 0}, false, true, null);
    }

    @Test
    void elementsMoveAndIndicesStay() {
        Tensor images = images();
        Tensor last = images.contiguous(MemoryFormat.CHANNELS_LAST);
        assertArrayEquals(STRIDES, last.strides());
        assertArrayEquals(images.toFloatArray(), last.toFloatArray());
        assertTrue(last.isContiguous(MemoryFormat.CHANNELS_LAST));
        assertFalse(last.isContiguous());
        assertTrue(images.isContiguous(MemoryFormat.CONTIGUOUS));
        assertFalse(images.isContiguous(MemoryFormat.CHANNELS_LAST));
        Tensor again = last.contiguous(MemoryFormat.CHANNELS_LAST);
        assertSame(last.storage(), again.storage());
        assertArrayEquals(STRIDES, again.strides());
        assertTrue(last.contiguous(MemoryFormat.CONTIGUOUS).isContiguous());
    }

    @Test
    void oneChannelLiesInBothOrders() {
        Tensor grey = keyway.tensor(device, new float[8], 2, 1, 2, 2);
        assertTrue(grey.isContiguous(MemoryFormat.CHANNELS_LAST));
        assertSame(grey.storage(), grey.contiguous(MemoryFormat.CHANNELS_LAST).storage());
    }

    @Test
    void otherDimensionsAreRefused() {
        Tensor line = keyway.tensor(device, new float[6], 1, 2, 3);
        var refused =
                assertThrows(
                        ArgumentException.class, () -> line.contiguous(MemoryFormat.CHANNELS_LAST));
        assertTrue(refused.getMessage().contains("[1, 2, 3]"), refused.getMessage());
        assertFalse(line.isContiguous(MemoryFormat.CHANNELS_LAST));
    }

    @Test
    void pointwiseOperatorsKeepIt() {
        Tensor images = images();
        Tensor last = channelsLast();
        for (int i = 0; i < 3; i++) { // a repeated call may take a shorter way
            Tensor positive = last.relu();
            assertArrayEquals(STRIDES, positive.strides());
            assertArrayEquals(images.relu().toFloatArray(), positive.toFloatArray());
            Tensor sum = last.add(positive);
            assertArrayEquals(STRIDES, sum.strides());
            assertArrayEquals(images.add(images.relu()).toFloatArray(), sum.toFloatArray());
            Tensor scaled = last.mul(3);
            assertArrayEquals(images.mul(3).toFloatArray(), scaled.toFloatArray());
            Tensor less = last.lt(positive);
            assertArrayEquals(images.lt(images.relu()).toBooleanArray(), less.toBooleanArray());
        }
    }

    @Test
    void pointwiseOperatorsTakeBothOrdersTogether() {
        Tensor images = images();
        Tensor last = channelsLast();
        float[] twice = images.add(images).toFloatArray();
        assertArrayEquals(twice, images.add(last).toFloatArray());
        assertArrayEquals(twice, last.add(images).toFloatArray());
        Tensor out = images();
        assertArrayEquals(twice, Ops.addOut(out, last, last).toFloatArray());
        assertTrue(out.isContiguous());
        Tensor outLast = channelsLast();
        assertArrayEquals(twice, Ops.addOut(outLast, last, last).toFloatArray());
        assertArrayEquals(twice, Ops.addOut(outLast, images, images).toFloatArray());
        assertArrayEquals(STRIDES, outLast.strides());
    }

    @Test
    void operatorsInPlaceWriteWhereElementsLie() {
        Tensor last = channelsLast();
        long before = last.version();
        assertSame(last, last.relu_());
        assertArrayEquals(images().relu().toFloatArray(), last.toFloatArray());
        assertTrue(last.version() > before);
        last.add_(channelsLast());
        assertArrayEquals(images().relu().add(images()).toFloatArray(), last.toFloatArray());
    }

    @Test
    void kernelsOfTheLayoutGetIt() {
        float[] values = images().toFloatArray();
        Tensor last = channelsLast();
        long copies = keyway.adaptations().layoutCopies();
        Tensor pooled = pool(last);
        assertTrue(gotChannelsLast);
        assertArrayEquals(STRIDES, pooled.strides());
        assertEquals(copies, keyway.adaptations().layoutCopies());
        assertArrayEquals(values, pooled.toFloatArray());
        Tensor rows = pool(images());
        assertFalse(gotChannelsLast);
        assertTrue(rows.isContiguous());
        assertArrayEquals(values, rows.toFloatArray());
    }

    @Test
    void kernelsOfTheLayoutGetOtherStridesAsRows() {
        Tensor turned = images().permute(0, 1, 3, 2);
        Tensor pooled = pool(turned);
        assertFalse(gotChannelsLast);
        assertArrayEquals(turned.toFloatArray(), pooled.toFloatArray());
        Tensor one = channelsLast().select(0, 1);
        assertArrayEquals(one.toFloatArray(), pool(one).toFloatArray());
        assertFalse(gotChannelsLast);
    }

    @Test
    void halfPrecisionStaysChannelsLast() {
        Tensor half = channelsLast().to(DType.F16).contiguous(MemoryFormat.CHANNELS_LAST);
        Tensor pooled = pool(half);
        assertTrue(gotChannelsLast);
        assertEquals(DType.F16, pooled.dtype());
        assertArrayEquals(STRIDES, pooled.strides());
        assertArrayEquals(images().toFloatArray(), pooled.toFloatArray());
    }
}
