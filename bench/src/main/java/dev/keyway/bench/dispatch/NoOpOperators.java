// SPDX-License-Identifier: Apache-2.0
package dev.keyway.bench.dispatch;

import dev.keyway.Keyway;
import dev.keyway.Operator;
import dev.keyway.operator.Lowering;
import dev.keyway.operator.Meta;
import dev.keyway.operator.OperatorDefinition;
import dev.keyway.schema.OperatorSchema;
import dev.keyway.spi.BinaryOp;
import dev.keyway.spi.PluginInfo;
import dev.keyway.spi.UnaryOp;
import java.util.ArrayList;
import java.util.List;

/** 64 operators of one and two tensors, as a plugin would define them. */
final class NoOpOperators {
    private static final PluginInfo BENCH = new PluginInfo("dev.keyway.bench", "0", "class path");

    private NoOpOperators() {}

    static List<Operator> register(Keyway keyway) {
        List<Operator> operators = new ArrayList<>();
        for (int i = 0; i < NoOpBackend.OPERATORS; i++) {
            String name = NoOpBackend.operator(i);
            String arguments = i % 2 == 1 ? "Tensor self, Tensor other" : "Tensor self";
            OperatorSchema schema = OperatorSchema.parse(name + "(" + arguments + ") -> Tensor");
            keyway.register(definition(schema, i), BENCH);
            operators.add(keyway.operator(name));
        }
        return operators;
    }

    private static OperatorDefinition definition(OperatorSchema schema, int index) {
        Lowering primitive =
                index % 2 == 1 ? Lowering.binary(BinaryOp.ADD) : Lowering.unary(UnaryOp.ABS);
        return OperatorDefinition.of(schema, meta(index)).lower(primitive);
    }

    /** As the built-in families have them: one of the family's four functions. */
    private static Meta meta(int index) {
        return switch (index & 3) {
            case 0 ->
                    m -> {
                        m.compute(m.input(0).dtype());
                        m.outputLike(0, m.input(0).dtype());
                    };
            case 1 ->
                    m -> {
                        m.compute(m.promote(null));
                        m.outputBroadcast(m.promote(null));
                    };
            case 2 ->
                    m -> {
                        if (!m.input(0).dtype().isFloating()) {
                            throw m.error("floating tensors only");
                        }
                        m.compute(m.input(0).dtype());
                        m.outputLike(0, m.input(0).dtype());
                    };
            default ->
                    m -> {
                        m.compute(m.promote(null));
                        m.outputBroadcast(m.input(0).dtype());
                    };
        };
    }
}
