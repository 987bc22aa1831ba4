// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.docs;

import dev.keyway.Device;
import dev.keyway.Keyway;
import dev.keyway.conformance.ConformanceOptions;
import dev.keyway.conformance.ConformanceRunner;
import dev.keyway.conformance.Report;
import dev.keyway.operator.OperatorDefinition;
import dev.keyway.spi.PluginInfo;
import dev.keyway.spi.Registration;

import java.util.List;
import java.util.Set;

/** Runs the suite for an operator that is registered by hand; a program of its own. */
public final class PageRun {
    private PageRun() {}

    /**
     * The class that has the definition, then the devices. Prints a line for each device; exits
     * with 1 if a check failed or none ran.
     */
    public static void main(String[] arguments) throws ReflectiveOperationException {
        OperatorDefinition definition =
                (OperatorDefinition)
                        Class.forName(arguments[0]).getMethod("definition").invoke(null);
        String name = definition.schema().qualifiedName();
        boolean passed = true;
        try (Keyway keyway = Keyway.open();
                Registration _ =
                        keyway.register(definition, new PluginInfo("doc.page", "1.0.0", "here"))) {
            for (String type : List.of(arguments).subList(1, arguments.length)) {
                Device device = keyway.device(type);
                ConformanceOptions options = ConformanceOptions.all().operators(Set.of(name));
                Report report = ConformanceRunner.run(keyway, device, options);
                System.out.println(report.passed() ? report.summary() : report.text());
                passed &= report.passed();
            }
        }
        if (!passed) {
            System.exit(1);
        }
    }
}
