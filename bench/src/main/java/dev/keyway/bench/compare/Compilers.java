// SPDX-License-Identifier: Apache-2.0
package dev.keyway.bench.compare;

import java.lang.management.ManagementFactory;
import javax.management.JMException;
import javax.management.ObjectName;

/** The JVM's compilers: what is still to be compiled runs many times slower until then. */
public final class Compilers {
    private static final String BEAN = "com.sun.management:type=DiagnosticCommand";
    private static final String OPERATION = "compilerQueue";

    private Compilers() {}

    /** Nanoseconds that the compilers have worked until now, all their threads together. */
    static long spent() {
        return 1_000_000 * ManagementFactory.getCompilationMXBean().getTotalCompilationTime();
    }

    /**
     * Whether a method is being compiled or waits for it; methods are listed as {@code
     * Class::name}.
     */
    public static boolean areBusy() {
        try {
            Object queue =
                    ManagementFactory.getPlatformMBeanServer()
                            .invoke(new ObjectName(BEAN), OPERATION, new Object[0], new String[0]);
            return String.valueOf(queue).contains("::");
        } catch (JMException e) {
            throw new IllegalStateException("the JVM does not tell what it compiles", e);
        }
    }
}
