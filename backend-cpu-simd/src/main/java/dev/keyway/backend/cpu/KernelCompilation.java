// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;

/**
 * Keeps the kernels from the JVM's first compiler, whose code allocates every vector and may stay
 * in use for seconds. Speed only: without it results are the same.
 */
public final class KernelCompilation {
    private static final String PATTERN = "dev/keyway/backend/cpu/*.*";
    private static final String DIRECTIVE = "[{match: \"" + PATTERN + "\", c1: {Exclude: true}}]";

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
            Files.writeString(file, DIRECTIVE);
            Object answer =
                    server.invoke(
                            commands,
                            "compilerDirectivesAdd",
                            new Object[] {new String[] {file.toString()}},
                            new String[] {String[].class.getName()});
            return String.valueOf(answer).contains("1 compiler directives added");
        } finally {
            Files.delete(file);
        }
    }
}
