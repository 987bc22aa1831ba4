// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keyway.ArgumentException;
import dev.keyway.Attributes;
import dev.keyway.DType;
import dev.keyway.Device;
import dev.keyway.Keyway;
import dev.keyway.KeywayException;
import dev.keyway.Observer;
import dev.keyway.Operator;
import dev.keyway.Tensor;
import dev.keyway.operator.MetaContext;
import dev.keyway.operator.OperatorDefinition;
import dev.keyway.schema.OperatorSchema;
import dev.keyway.spi.PluginInfo;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Results of every kind: fixed, bounded, auxiliary, lists, and into tensors of the caller's. */
class OutputKindsTest {
    private static final PluginInfo TEST = new PluginInfo("test", "1", "here");

    private Keyway keyway;
    private Device device;

    @BeforeEach
    void open() {
        keyway = Keyway.builder().classPathBackends(false).backend(new OutputKindsBackend()).open();
        device = keyway.device();
        define("test::positive(Tensor self) -> Tensor", m -> bounded(m, DType.F32));
        define("test::reserve(Tensor self) -> (Tensor out, Tensor reserve)", m -> reserve(m));
        define("test::liar(Tensor self) -> Tensor", m -> bounded(m, DType.F32));
        keyway.register(
                OperatorDefinition.of(
                                OperatorSchema.parse("test::places(Tensor self) -> Tensor"),
                                m -> bounded(m, DType.I64))
                        .compositeSingle(
                                (c, in) -> {
                                    try (Tensor mask = in[0].gt(0)) {
                                        return c.nonzero(mask);
                                    }
                                }),
                TEST);
        keyway.register(
                OperatorDefinition.of(
                                OperatorSchema.parse("test::rows(Tensor(a) self) -> Tensor(a)[]"),
                                OutputKindsTest::rows)
                        .composite((c, in) -> split(in[0])),
                TEST);
    }

    @AfterEach
    void close() {
        keyway.close();
    }

    private void define(String schema, dev.keyway.operator.Meta meta) {
        keyway.register(OperatorDefinition.of(OperatorSchema.parse(schema), meta), TEST);
    }

    private static void bounded(MetaContext m, DType dtype) {
        m.compute(DType.F32);
        m.outputBounded(0, dtype, m.input(0).sizes());
    }

    private static void reserve(MetaContext m) {
        m.compute(DType.F32);
        m.outputLike(0, DType.F32);
        m.outputAuxiliary(1);
    }

    private static void rows(MetaContext m) {
        m.compute(m.input(0).dtype());
        for (int i = 0; i < m.input(0).size(0); i++) {
            m.output(i, m.input(0).dtype(), new long[] {m.input(0).size(1)});
        }
    }

    private static Tensor[] split(Tensor self) {
        Tensor[] rows = new Tensor[(int) self.size(0)];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = self.select(0, i);
        }
        return rows;
    }

    private Tensor vector(float... data) {
        return keyway.tensor(device, data, data.length);
    }

    @Test
    void theKernelSaysHowManyElementsABoundedResultHas() {
        List<Device> syncs = new ArrayList<>();
        keyway.observe(new HostSyncs(syncs));
        try (Tensor x = vector(1, -2, 3, -4, 5);
                Tensor y = keyway.operator("test::positive").call(Attributes.NONE, null, x)) {
            assertArrayEquals(new long[] {3}, y.sizes());
            assertEquals(12, y.storage().nbytes(), "the bound's memory is given back");
            assertEquals(List.of(device), syncs, "reading the number is a host sync");
            assertArrayEquals(new float[] {1, 3, 5}, y.toFloatArray());
        }
    }

    @Test
    void aBoundedResultMayBeEmptyOrFull() {
        Operator positive = keyway.operator("test::positive");
        try (Tensor none = vector(-1, -2);
                Tensor all = vector(1, 2);
                Tensor empty = vector();
                Tensor a = positive.call(Attributes.NONE, null, none);
                Tensor b = positive.call(Attributes.NONE, null, all);
                Tensor c = positive.callBoxed(Attributes.NONE, new Tensor[] {empty})[0]) {
            assertEquals(0, a.numel());
            assertArrayEquals(new float[] {1, 2}, b.toFloatArray());
            assertEquals(0, c.numel());
        }
    }

    @Test
    void aNumberBeyondTheBoundIsThePluginsFault() {
        try (Tensor x = vector(1, 2)) {
            Operator liar = keyway.operator("test::liar");
            KeywayException e =
                    assertThrows(KeywayException.class, () -> liar.call(Attributes.NONE, null, x));
            assertTrue(String.valueOf(e.getMessage()).contains("wrote 3 rows of at most 2"));
            assertEquals(1, device.memory().liveBlocks(), "nothing but x is left");
        }
    }

    @Test
    void thePlanSizesWorkspaceAndAuxiliaryResults() {
        try (Tensor x = vector(1, 2, 3, 4)) {
            Tensor[] all =
                    keyway.operator("test::reserve").callBoxed(Attributes.NONE, new Tensor[] {x});
            assertArrayEquals(new float[] {2, 4, 6, 8}, all[0].toFloatArray());
            assertEquals(DType.U8, all[1].dtype());
            assertArrayEquals(new long[] {16}, all[1].sizes());
            assertEquals(3, device.memory().liveBlocks(), "the workspace is back");
            all[0].close();
            all[1].close();
        }
    }

    @Test
    void aCompositeFindsTheTrueElements() {
        try (Tensor x = vector(0, 7, -1, 8);
                Tensor y = keyway.operator("test::places").call(Attributes.NONE, null, x)) {
            assertArrayEquals(new long[] {1, 3}, y.toLongArray());
        }
    }

    @Test
    void aListOfViewsSharesStorage() {
        try (Tensor x = keyway.tensor(device, new float[40], 20, 2)) {
            Tensor[] rows =
                    keyway.operator("test::rows").callBoxed(Attributes.NONE, new Tensor[] {x});
            assertEquals(20, rows.length);
            rows[17].fill_(3);
            assertEquals(3, x.select(0, 17).select(0, 1).item());
            for (Tensor row : rows) {
                assertSame(x.storage(), row.storage());
                row.close();
            }
        }
    }

    @Test
    void severalResultsGoIntoTensorsOfTheCallers() {
        try (Tensor x = keyway.tensor(device, new float[] {1, 5, 2, 9, 3, 4}, 2, 3);
                Tensor values = keyway.tensor(device, new float[2], 2);
                Tensor places = keyway.tensor(device, new long[2], 2)) {
            Operator max = keyway.operator("max.dim");
            Attributes dim = new dev.keyway.attributes.MaxDimAttributes(1, false);
            long version = values.version();
            Tensor[] out = {values, places};
            assertSame(out, max.callBoxed(dim, out, new Tensor[] {x}));
            assertArrayEquals(new float[] {5, 9}, values.toFloatArray());
            assertArrayEquals(new long[] {1, 0}, places.toLongArray());
            assertTrue(values.version() > version);
            ArgumentException wrong =
                    assertThrows(
                            ArgumentException.class,
                            () -> max.callBoxed(dim, new Tensor[] {values, x}, new Tensor[] {x}));
            assertTrue(String.valueOf(wrong.getMessage()).contains("max.dim: out has shape"));
        }
    }

    private record HostSyncs(List<Device> seen) implements Observer {
        @Override
        public void before(Operator operator, Device on, DType dtype) {}

        @Override
        public void after(Operator operator, Device on, DType dtype) {}

        @Override
        public void hostSync(Device on) {
            seen.add(on);
        }
    }
}
