// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance;

import dev.keyway.Ops;
import dev.keyway.Scalar;
import dev.keyway.Tensor;
import dev.keyway.conformance.oracle.ElementType;
import dev.keyway.conformance.oracle.HostArray;
import dev.keyway.conformance.sample.CaseId;
import dev.keyway.conformance.sample.Input;
import dev.keyway.conformance.sample.Layout;
import dev.keyway.conformance.sample.Values;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** Operands of chains: ordinary and extreme numbers in several layouts, and chains of them. */
final class FusedTensors {
    /** Dense; transposed and a row; steps and a column; a part and a number; rows that are one. */
    static final int FORMS = 6;

    private static final long COLUMNS = 33;
    private static final int STEPS = 12;

    private final Workbench bench;
    private final long seed;
    private final long rows;
    private final Map<List<Object>, Tensor> made = new HashMap<>();
    private int drawn;

    /** Operands that together have at least so many elements. */
    FusedTensors(Workbench bench, long seed, long smallest) {
        this.bench = bench;
        this.seed = seed;
        this.rows = Math.max(9, smallest / COLUMNS + 1);
    }

    private HostArray numbers(ElementType type, long... shape) {
        return Values.of(new CaseId(seed, "device.fusion", type, drawn++)).mixed(type, shape);
    }

    Tensor dense(ElementType type, long... shape) {
        return bench.dense(numbers(type, shape));
    }

    /** The arguments of a call. */
    List<Tensor> of(FusedCall call, int form) {
        List<Tensor> arguments = new ArrayList<>();
        for (int i = 0; i < call.types().size(); i++) {
            arguments.add(of(call.types().get(i), form, i));
        }
        return arguments;
    }

    /** An argument of a form; made once. */
    Tensor of(ElementType type, int form, int argument) {
        return made.computeIfAbsent(
                List.of(type, form, argument), _ -> fresh(type, form, argument));
    }

    private Tensor fresh(ElementType type, int form, int argument) {
        if (argument == 0) {
            Layout layout = Layout.ofAnyRank().get(form);
            return bench.upload(Input.of(numbers(type, rows, COLUMNS), layout));
        }
        return switch (form) {
            case 0 -> dense(type, rows, COLUMNS);
            case 1 -> dense(type, COLUMNS);
            case 2 -> dense(type, rows, 1);
            case 3 -> argument == 1 ? dense(type) : dense(type, rows, 1);
            case 4 -> bench.upload(Input.of(numbers(type, rows, COLUMNS), Layout.STEPPED));
            default -> bench.upload(Input.of(numbers(type, rows, COLUMNS), Layout.TRANSPOSED));
        };
    }

    /** Of this type and others, all of which the device computes; the first is floating. */
    List<Tensor> mixed(ElementType type) {
        SplittableRandom random = new SplittableRandom(seed);
        List<ElementType> types = new ArrayList<>();
        for (ElementType other : ElementType.values()) {
            if (bench.device().computes(ElementTypes.dtype(other.wide()))) {
                types.add(other);
            }
        }
        List<Tensor> tensors = new ArrayList<>();
        tensors.add(of(type.isFloating() ? type : ElementType.F32, 0, 0));
        tensors.add(of(type, random.nextInt(FORMS), 1));
        for (int i = 0; i < 3; i++) {
            ElementType other = types.get(random.nextInt(types.size()));
            tensors.add(of(other, random.nextInt(FORMS), random.nextInt(3)));
        }
        return tensors;
    }

    private Tensor keep(Tensor tensor) {
        return bench.keep(tensor);
    }

    /** Operators that all types have. */
    Tensor chain(Tensor x, Tensor y, ElementType type) {
        Tensor sum = keep(keep(x.mul(y)).add(x));
        Tensor chosen = keep(Ops.where(keep(sum.gt(y)), sum, y));
        Tensor larger = keep(chosen.maximum(x));
        if (type == ElementType.BOOL) {
            return keep(larger.eq(y)).mul(sum);
        }
        Tensor less = keep(keep(larger.add(y, Scalar.of(3))).neg());
        return type.isFloating()
                ? keep(keep(less.mul(0.75)).tanh()).sub(x)
                : keep(less.mul(5)).sub(x);
    }

    /** A dozen operators on these values; the same for the same number. */
    Tensor randomChain(long number, List<Tensor> inputs) {
        SplittableRandom random = new SplittableRandom(number);
        List<Tensor> values = new ArrayList<>(inputs);
        Tensor last = values.getFirst();
        for (int i = 0; i < STEPS; i++) {
            Tensor other = values.get(random.nextInt(values.size()));
            last = keep(step(random.nextInt(10), last, other));
            values.add(last);
        }
        return last;
    }

    /** One operator or two. */
    private Tensor step(int which, Tensor x, Tensor y) {
        return switch (which) {
            case 0 -> x.add(y);
            case 1 -> x.mul(y);
            case 2 -> x.maximum(y);
            case 3 -> x.add(y, Scalar.of(3));
            case 4 -> x.mul(0.75);
            case 5 -> keep(x.lt(y)).add(x);
            case 6 -> Ops.where(keep(x.gt(y)), x, y);
            case 7 -> keep(x.relu()).add(1);
            case 8 -> keep(x.add(y)).add_(keep(x.mul(y)));
            default -> keep(keep(x.mul(y)).abs()).add(keep(x.sigmoid()));
        };
    }
}
