// SPDX-License-Identifier: Apache-2.0
package dev.keyway.host;

/** Plugins with an operator, and with a kernel for it on the reference device. */
final class Kernels {
    private Kernels() {}

    static TestPlugin operator(String version) {
        return TestPlugin.of("org.acme", version, "acme.TwiceOperators")
                .imports("dev.keyway.operator,dev.keyway.schema")
                .service(ServiceFile.OPERATORS, "acme.TwiceOperators");
    }

    /** A kernel whose results are {@code mark} too large, so that it can be told from others. */
    static TestPlugin kernel(String symbolicName, String version, int ranking, int mark) {
        return TestPlugin.of(symbolicName, version, "kernels.TwiceKernel")
                .value("OPERATOR", "acme::twice")
                .value("RANKING", Integer.toString(ranking))
                .value("MARK", Integer.toString(mark))
                .service(ServiceFile.KERNELS, "kernels.TwiceKernel");
    }

    /** A kernel for {@code add.Tensor} that writes {@code mark} everywhere. */
    static TestPlugin add(String symbolicName, int ranking, int mark) {
        return TestPlugin.of(symbolicName, "1.0.0", "kernels.AddKernel")
                .value("RANKING", Integer.toString(ranking))
                .value("MARK", Integer.toString(mark))
                .service(ServiceFile.KERNELS, "kernels.AddKernel");
    }
}
