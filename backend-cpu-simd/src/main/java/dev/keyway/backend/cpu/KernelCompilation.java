// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;

/**
 * Keeps the kernels from the JVM's first compiler, whose code allocates every vector and may stay
 * in use for seconds, and has the second one inline the functions of vectors into every loop,
 * whatever it compiled before: a vector that is handed over in a call is an object. Speed only:
 * without it results are the same.
 */
public final class KernelCompilation {
    private static final String PATTERN = "dev/keyway/backend/cpu/*.*";

    /** Classes whose methods take and give vectors, or loops with steps that the caller knows. */
    private static final List<String> FUNCTIONS =
            List.of(
                    "attention/DoubleExp",
                    "attention/FloatExp",
                    "convolution/FloatMaxRow",
                    "pointwise/DoubleArithmetic",
                    "pointwise/DoubleComparisons",
                    "pointwise/DoubleFunctions",
                    "pointwise/DoubleMath",
                    "pointwise/FloatArithmetic",
                    "pointwise/FloatComparisons",
                    "pointwise/FloatErrorFunction",
                    "pointwise/FloatMath",
                    "pointwise/FloatPairs",
                    "pointwise/FloatSmooth",
                    "pointwise/IntArithmetic",
                    "pointwise/IntComparisons",
                    "pointwise/LongArithmetic",
                    "pointwise/LongComparisons",
                    "pointwise/WideFunctions",
                    "softmax/DoubleExp",
                    "softmax/FloatExp");

    /** Kernels may end up inlined into the runtime's loops: they are compiled like kernels then. */
    private static final String DIRECTIVES =
            String.format(
                    "[{match: \"%1$s\", c1: {Exclude: true}, c2: {inline: [%2$s]}},"
                            + " {match: \"dev/keyway/*.*\", c2: {inline: [%2$s]}}]",
                    PATTERN,
                    FUNCTIONS.stream()
                            .map(name -> "\"+dev/keyway/backend/cpu/" + name + ".*\"")
                            .collect(Collectors.joining(", ")));

    private KernelCompilation() {}

    /**
     * Adds the compiler directive unless the JVM has it. Any thread; takes a tenth of a second the
     * first time.
     *
     * @return whether the JVM has it now
     */
    public static boolean prepare() {
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
