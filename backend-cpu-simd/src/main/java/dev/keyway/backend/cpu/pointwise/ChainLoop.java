// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.pointwise;

import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_double;
import static java.lang.constant.ConstantDescs.CD_float;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;
import static java.lang.constant.ConstantDescs.INIT_NAME;
import static java.lang.constant.ConstantDescs.MTD_void;

import dev.keyway.DType;
import dev.keyway.spi.PointwiseStep;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.AccessFlag;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;

/**
 * Makes the loop that computes several steps of a program at once, with what is between them in
 * registers: a class of its own, as C2 has to see the steps to compile them into one loop. It only
 * calls the functions of {@link FloatSteps} or {@link DoubleSteps}, for vectors and then for the
 * last elements, so that each step rounds as alone. The JVM drops the class with its last use.
 */
final class ChainLoop {
    private static final ClassDesc LONGS = CD_long.arrayType();
    private static final int AT = 1;
    private static final int COUNT = 3;

    /** What differs between dtypes. */
    private record Lanes(
            ClassDesc steps, ClassDesc vector, ClassDesc number, int size, int length) {
        static Lanes of(DType dtype) {
            return dtype == DType.F32
                    ? new Lanes(
                            ofClass(FloatSteps.class),
                            ofClass(FloatVector.class),
                            CD_float,
                            Float.BYTES,
                            FloatVector.SPECIES_PREFERRED.length())
                    : new Lanes(
                            ofClass(DoubleSteps.class),
                            ofClass(DoubleVector.class),
                            CD_double,
                            Double.BYTES,
                            DoubleVector.SPECIES_PREFERRED.length());
        }
    }

    private final List<PointwiseStep> steps;
    private final List<Integer> members;
    private final List<Integer> reads;
    private final int result;
    private final Lanes lanes;

    /** The local variable of each value's address. */
    private final int[] addresses;

    /** The local variable of the number of the element. */
    private int index;

    private ChainLoop(List<PointwiseStep> steps, List<Integer> members, List<Integer> reads) {
        this.steps = steps;
        this.members = members;
        this.reads = reads;
        this.addresses = new int[steps.size()];
        this.result = Collections.max(members);
        this.lanes = Lanes.of(steps.get(result).result());
    }

    /**
     * The loop of some steps of one dtype, f32 or f64.
     *
     * @param members the steps, ascending; the last one's value is written, no other is read
     *     elsewhere
     * @param reads the values that come from elsewhere, all dense
     */
    static BlockStep of(List<PointwiseStep> steps, List<Integer> members, List<Integer> reads) {
        byte[] bytes = new ChainLoop(steps, members, reads).bytes();
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            Class<?> made = lookup.defineHiddenClass(bytes, true).lookupClass();
            return (BlockStep) made.getDeclaredConstructor().newInstance();
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("the JVM refuses a loop made for a chain", e);
        }
    }

    private static ClassDesc ofClass(Class<?> type) {
        return type.describeConstable().orElseThrow();
    }

    private byte[] bytes() {
        ClassDesc self = ClassDesc.of(ChainLoop.class.getName() + "Code");
        MethodTypeDesc run = MethodTypeDesc.of(CD_void, LONGS, LONGS, CD_long);
        return ClassFile.of()
                .build(
                        self,
                        made ->
                                made.withFlags(AccessFlag.FINAL, AccessFlag.SYNTHETIC)
                                        .withInterfaceSymbols(ofClass(BlockStep.class))
                                        .withMethodBody(
                                                INIT_NAME,
                                                MTD_void,
                                                ClassFile.ACC_PUBLIC,
                                                code ->
                                                        code.aload(0)
                                                                .invokespecial(
                                                                        CD_Object, INIT_NAME,
                                                                        MTD_void)
                                                                .return_())
                                        .withMethodBody(
                                                "run", run, ClassFile.ACC_PUBLIC, this::body));
    }

    /** {@code run(long[] at, long[] step, long count)} of {@link BlockStep}. */
    private void body(CodeBuilder code) {
        for (int value : reads) {
            address(code, value);
        }
        address(code, result);
        int full = code.allocateLocal(TypeKind.LONG);
        code.lload(COUNT).lload(COUNT).loadConstant((long) lanes.length).lrem().lsub().lstore(full);
        index = code.allocateLocal(TypeKind.LONG);
        code.lconst_0().lstore(index);
        loop(code, full, lanes.length, lanes.vector, "load", "store");
        loop(code, COUNT, 1, lanes.number, "get", "put");
        code.return_();
    }

    private void address(CodeBuilder code, int value) {
        int local = code.allocateLocal(TypeKind.LONG);
        code.aload(AT).loadConstant(value).laload().lstore(local);
        addresses[value] = local;
    }

    /** {@code for (; index < end; index += step) { ... }}, on elements of a type. */
    private void loop(
            CodeBuilder code, int end, int step, ClassDesc type, String load, String store) {
        Label test = code.newLabel();
        Label done = code.newLabel();
        code.labelBinding(test).lload(index).lload(end).lcmp().ifge(done);
        code.block(inside -> element(inside, type, load, store));
        code.lload(index).loadConstant((long) step).ladd().lstore(index).goto_(test);
        code.labelBinding(done);
    }

    private void element(CodeBuilder code, ClassDesc type, String load, String store) {
        TypeKind kind = TypeKind.from(type);
        int[] values = new int[steps.size()];
        for (int value : reads) {
            offset(code, value);
            code.invokestatic(lanes.steps, load, MethodTypeDesc.of(type, CD_long));
            values[value] = keep(code, kind);
        }
        for (int member : members) {
            PointwiseStep step = steps.get(member);
            ClassDesc[] types = new ClassDesc[step.operands().size()];
            Arrays.fill(types, type);
            for (int operand : step.operands()) {
                code.loadLocal(kind, values[operand]);
            }
            code.invokestatic(
                    lanes.steps,
                    Objects.requireNonNull(ChainGroups.function(step)),
                    MethodTypeDesc.of(type, types));
            values[member] = keep(code, kind);
        }
        code.loadLocal(kind, values[result]);
        offset(code, result);
        code.invokestatic(lanes.steps, store, MethodTypeDesc.of(CD_void, type, CD_long));
    }

    private static int keep(CodeBuilder code, TypeKind kind) {
        int local = code.allocateLocal(kind);
        code.storeLocal(kind, local);
        return local;
    }

    /** Where the element of a value is. */
    private void offset(CodeBuilder code, int value) {
        code.lload(addresses[value]);
        code.lload(index).loadConstant((long) lanes.size).lmul().ladd();
    }
}
