// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu;

import dev.keyway.Tensor;
import dev.keyway.spi.KernelCall;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.lang.invoke.MethodType;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;

/**
 * Keeps the kernels from the JVM's first compiler, whose code allocates every vector and may stay
 * in use for seconds, and has the second one inline the functions of vectors into every loop,
 * whatever it compiled before: a vector that is handed over in a call is an object. Speed only:
 * without it results are the same.
 *
 * <p>Code that was compiled before the directive came stays, that of the second compiler as long as
 * the process lives. So no kernel runs before: a thread prepares while the runtime starts, and
 * {@link PreparedKernels} wait for it.
 */
final class KernelCompilation {
    private static final String PACKAGE = "dev/keyway/backend/cpu/";
    private static final String PATTERN = PACKAGE + "*.*";

    /** What HotSpot says of itself under {@code -XX:TieredStopAtLevel=1}. */
    private static final String FIRST_COMPILER_ALONE = "emulated-client";

    private static final List<String> TYPES = List.of("Double", "Float", "Int", "Long");

    /** Methods that give vectors or addresses, of whatever class. */
    private static final List<String> ANYWHERE =
            List.of("bounded", "load", "narrow", "splat", "tail", "widened");

    /**
     * Classes, and methods, that take and give vectors, and loops whose callers know the steps; ?
     * is a number's type.
     */
    private static final List<String> FUNCTIONS =
            List.of(
                    "FloatHalves.*",
                    "convolution/FloatMaxRow.*",
                    "convolution/?Columns.part",
                    "convolution/?Square.mask",
                    "convolution/FloatNines.ofThird",
                    "convolution/FloatNines.ofTwo",
                    "convolution/FloatPick.*",
                    "convolution/FloatSquareStore.numbers",
                    "convolution/FloatWinograd4Transforms.inputs",
                    "convolution/FloatWinograd4Transforms.outputs",
                    "convolution/FloatWinograd4Transforms.windows",
                    "convolution/FloatWinogradTransforms.bias",
                    "indexing/IndexedMoves.place",
                    "lanes/?Exp.*",
                    "lanes/?Largest.*",
                    "lanes/?Lanes.lanes",
                    "lanes/?Lanes.number",
                    "lanes/?Lanes.square",
                    "matrix/?MatrixVector.lane",
                    "matrix/?Tile.part",
                    "network/?LayerNorm.store",
                    "network/?LayerNorm.store4",
                    "pointwise/?Arithmetic.add",
                    "pointwise/?Arithmetic.and",
                    "pointwise/?Arithmetic.div",
                    "pointwise/?Arithmetic.max",
                    "pointwise/?Arithmetic.min",
                    "pointwise/?Arithmetic.mul",
                    "pointwise/?Arithmetic.or",
                    "pointwise/?Arithmetic.sub",
                    "pointwise/?Arithmetic.xor",
                    "pointwise/?Comparisons.eq",
                    "pointwise/?Comparisons.ge",
                    "pointwise/?Comparisons.gt",
                    "pointwise/?Comparisons.le",
                    "pointwise/?Comparisons.lt",
                    "pointwise/?Comparisons.ne",
                    "pointwise/?Basics.floored",
                    "pointwise/?Basics.nearest",
                    "pointwise/?Basics.raised",
                    "pointwise/?Basics.rounded",
                    "pointwise/?Basics.sign",
                    "pointwise/?Basics.truncated",
                    "pointwise/?Basics.wholed",
                    "pointwise/?Finite.replaced",
                    "pointwise/?Shapes.ramp",
                    "pointwise/?Shapes.truncated",
                    "pointwise/DoubleFunctions.*",
                    "pointwise/DoubleMath.*",
                    "pointwise/DoublePolar.length",
                    "pointwise/DoublePowerMath.exponent",
                    "pointwise/DoubleRemainders.down",
                    "pointwise/DoubleRemainders.opposite",
                    "pointwise/DoubleRemainders.rest",
                    "pointwise/FloatActivationGradients.geluTanh",
                    "pointwise/FloatActivationGradients.silu",
                    "pointwise/FloatErrorFunction.*",
                    "pointwise/FloatMath.*",
                    "pointwise/?Steps.*",
                    "pointwise/?Tile.high",
                    "pointwise/FloatPower.last",
                    "pointwise/FloatPower.raise",
                    "pointwise/FloatPower.root",
                    "pointwise/FloatScaledActivations.*",
                    "pointwise/FloatSmooth.*",
                    "pointwise/FloatWideArithmetic.exact",
                    "pointwise/FloatWideArithmetic.finite",
                    "pointwise/FloatWideArithmetic.floor",
                    "pointwise/FloatWideArithmetic.fmod",
                    "pointwise/FloatWideArithmetic.hypot",
                    "pointwise/FloatWideArithmetic.remainder",
                    "pointwise/FloatWideArithmetic.truncated",
                    "pointwise/HalfBits.*",
                    "pointwise/HalfCasts.ints",
                    "pointwise/HalfCasts.shorts",
                    "pointwise/HalfCasts.store",
                    "pointwise/?Arithmetic.outside",
                    "pointwise/WideFunctions.*",
                    "random/FloatNormals.bit",
                    "random/FloatNormals.cos",
                    "random/FloatNormals.floats",
                    "random/FloatNormals.logarithm",
                    "random/FloatNormals.rest",
                    "random/FloatNormals.signed",
                    "random/FloatNormals.sin",
                    "random/PhiloxWords.mixed",
                    "random/PhiloxWords.pair",
                    "random/FloatNormals.step",
                    "random/PhiloxWords.store",
                    "reduction/?Extreme.flipped",
                    "reduction/FloatExtreme.further",
                    "reduction/?Extreme.store",
                    "reduction/?NumberSum.numbers",
                    "reduction/NonzeroCounts.intsAt",
                    "reduction/NonzeroCounts.longsAt",
                    "reduction/NonzeroCounts.ones");

    /**
     * Loops that are compiled on their own, not into the loop over rows that calls them: there is
     * no telling how far the compiler gets with inlining where several come together.
     */
    private static final List<String> LOOPS =
            List.of(
                    "attention/*.addMask",
                    "attention/*.most",
                    "attention/*.powers",
                    "CacheLines.fetch",
                    "lanes/*.dot",
                    "lanes/*.numbers",
                    "lanes/*.products",
                    "lanes/*.squares",
                    "lanes/*.sum",
                    "lanes/*.total",
                    "matrix/?RowProducts.four",
                    "matrix/?RowProducts.one",
                    "matrix/?RowProducts.pair",
                    "network/*.gradient",
                    "network/*.strip",
                    "network/*.sums",
                    "network/*.transform",
                    "pointwise/DoubleErrorRows.complements",
                    "pointwise/DoubleErrorRows.errors",
                    "pointwise/DoubleErrorRows.products",
                    "pointwise/DoubleErrorRows.scale",
                    "pointwise/DoubleLogSum.powers",
                    "pointwise/DoubleLogSum.sums",
                    "pointwise/DoublePower.edges",
                    "pointwise/DoublePowerMath.exponentials",
                    "pointwise/DoublePowerMath.powers",
                    "pointwise/DoublePowerMath.products",
                    "pointwise/DoublePowerMath.quotients",
                    "pointwise/DoublePowerMath.series",
                    "pointwise/FloatActivations.erf",
                    "pointwise/FloatActivations.gelu",
                    "pointwise/FloatActivations.sigmoid",
                    "pointwise/FloatActivations.silu",
                    "pointwise/FloatActivations.tanh",
                    "pointwise/FloatExponentials.cos",
                    "pointwise/FloatExponentials.exp",
                    "pointwise/FloatExponentials.expm1",
                    "pointwise/FloatExponentials.log",
                    "pointwise/FloatExponentials.log10",
                    "pointwise/FloatExponentials.log1p",
                    "pointwise/FloatExponentials.log2",
                    "pointwise/FloatExponentials.sin",
                    "pointwise/FloatGeluGradient.bells",
                    "pointwise/FloatGeluGradient.slopes",
                    "pointwise/?Tile.last",
                    "pointwise/?Tile.pairs",
                    "pointwise/?Tile.quads",
                    "pointwise/?Tile.rows",
                    "pointwise/JoinedRows.vectors",
                    "random/FloatNormals.logarithms",
                    "random/FloatNormals.numbers",
                    "random/FloatNormals.pairs",
                    "random/FloatNormals.radii",
                    "random/PhiloxWords.fill",
                    "reduction/FloatExtreme.row",
                    "reduction/?Variance.add",
                    "reduction/?Variance.addSquares",
                    "softmax/?SoftmaxColumns.add",
                    "softmax/?SoftmaxColumns.divide",
                    "softmax/?SoftmaxColumns.largest",
                    "softmax/?SoftmaxColumns.logarithms",
                    "softmax/?SoftmaxColumns.ofLogarithm",
                    "softmax/?SoftmaxColumns.ofShare",
                    "softmax/?SoftmaxColumns.powers",
                    "softmax/?SoftmaxRows.divide",
                    "softmax/?SoftmaxRows.largest",
                    "softmax/?SoftmaxRows.logarithms",
                    "softmax/?SoftmaxRows.ofLogarithm",
                    "softmax/?SoftmaxRows.ofShare",
                    "softmax/?SoftmaxRows.powers");

    /**
     * Kernels of several tensors, {@link dev.keyway.spi.Kernel.KernelN}. Inlined into the runtime's
     * own calls, they come last: the compiler stopped within the loops of {@code sort}, which
     * called for each element of memory and took twice the time.
     */
    static final String SEVERAL =
            "*.run"
                    + MethodType.methodType(
                                    void.class, KernelCall.class, Tensor[].class, Tensor[].class)
                            .descriptorString();

    /** Other kernels may end up in the runtime's calls: they are compiled like kernels then. */
    private static final String DIRECTIVES =
            String.format(
                    "[{match: \"%1$s\", c1: {Exclude: true}, c2: {inline: [%2$s]}},"
                            + " {match: \"dev/keyway/*.*\", c2: {inline: [%2$s]}}]",
                    PATTERN,
                    Stream.of(
                                    Stream.of("-" + PACKAGE + SEVERAL),
                                    LOOPS.stream()
                                            .flatMap(KernelCompilation::each)
                                            .map("-"::concat),
                                    inlined().map("+"::concat))
                            .flatMap(patterns -> patterns)
                            .map(pattern -> '"' + pattern + '"')
                            .collect(Collectors.joining(", ")));

    private KernelCompilation() {}

    /** Class and method, or * for all, of what is inlined. */
    static Stream<String> inlined() {
        return Stream.concat(
                ANYWHERE.stream().map(name -> PACKAGE + "*." + name),
                FUNCTIONS.stream().flatMap(KernelCompilation::each));
    }

    /** All that is named, before {@link #each}. */
    static Stream<String> named() {
        return Stream.concat(LOOPS.stream(), FUNCTIONS.stream());
    }

    /** The compiler's patterns have no wildcard within a name. */
    static Stream<String> each(String pattern) {
        return (pattern.contains("?") ? TYPES : List.of(""))
                .stream().map(type -> PACKAGE + pattern.replace("?", type));
    }

    /**
     * Adds the compiler directive unless the JVM has it. Any thread; takes some tenths of a second
     * the first time, and whoever else calls meanwhile waits.
     *
     * @return whether the JVM has it now; false where no optimizing compiler runs, which it is for
     */
    static boolean prepare() {
        return Prepared.DONE;
    }

    /** Initialized by who comes first, while the others wait. */
    private static final class Prepared {
        static final boolean DONE = added();
    }

    /** Asks the JVM each time. */
    static boolean added() {
        if (System.getProperty("java.vm.info", "").contains(FIRST_COMPILER_ALONE)) {
            return false;
        }
        try {
            MBeanServer server = ManagementFactory.getPlatformMBeanServer();
            ObjectName commands = new ObjectName("com.sun.management:type=DiagnosticCommand");
            Object known = server.invoke(commands, "compilerDirectivesPrint", null, null);
            return String.valueOf(known).contains(PATTERN) || add(server, commands);
        } catch (JMException | IOException | UnsupportedOperationException e) {
            System.getLogger(KernelCompilation.class.getName())
                    .log(Level.DEBUG, "no compiler directives; kernels warm up more slowly", e);
            return false;
        }
    }

    private static boolean add(MBeanServer server, ObjectName commands)
            throws JMException, IOException {
        Path file = Files.createTempFile("keyway-compiler-directives", ".json");
        try {
            Files.writeString(file, DIRECTIVES);
            Object answer =
                    server.invoke(
                            commands,
                            "compilerDirectivesAdd",
                            new Object[] {new String[] {file.toString()}},
                            new String[] {String[].class.getName()});
            return String.valueOf(answer).contains("2 compiler directives added");
        } finally {
            Files.delete(file);
        }
    }
}
