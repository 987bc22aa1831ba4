// SPDX-License-Identifier: Apache-2.0
package dev.keyway.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Which module may know which. The arrows point to {@code api}; plugins know nothing else. */
@AnalyzeClasses(packages = "dev.keyway", importOptions = ImportOption.DoNotIncludeTests.class)
class ModuleArrowsTest {
    private static final String[] API = {
        "dev.keyway",
        "dev.keyway.attributes..",
        "dev.keyway.results..",
        "dev.keyway.schema..",
        "dev.keyway.operator..",
        "dev.keyway.spi.."
    };

    /** An annotation that the compiler reads; not there at run time. */
    private static final String SERVICES = "com.google.auto.service";

    private static final String[] PLUGINS = {"dev.keyway.plugins..", "dev.keyway.backend.."};

    @ArchTest
    static final ArchRule THE_API_NEEDS_NOTHING_BUT_THE_JDK =
            classes()
                    .that()
                    .resideInAnyPackage(API)
                    .should()
                    .onlyDependOnClassesThat()
                    .resideInAnyPackage(
                            with(API, "java..", "org.jspecify..", "org.osgi.annotation.."));

    @ArchTest
    static final ArchRule PLUGINS_KNOW_ONLY_THE_API =
            classes()
                    .that()
                    .resideInAnyPackage(PLUGINS)
                    .should()
                    .onlyDependOnClassesThat()
                    .resideInAnyPackage(
                            with(
                                    with(API, PLUGINS),
                                    "java..",
                                    "javax.management..",
                                    "jdk.incubator.vector..",
                                    "com.sun.management..",
                                    SERVICES,
                                    "org.jspecify.."));

    @ArchTest
    static final ArchRule NOTHING_KNOWS_A_PLUGIN =
            noClasses()
                    .that()
                    .resideOutsideOfPackages(PLUGINS)
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(PLUGINS);

    @ArchTest
    static final ArchRule ONLY_THE_CPU_BACKEND_NEEDS_THE_VECTOR_API =
            noClasses()
                    .that()
                    .resideOutsideOfPackage("dev.keyway.backend.cpu..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage("jdk.incubator.vector..");

    @ArchTest
    static final ArchRule ONLY_THE_HOST_KNOWS_OSGI =
            noClasses()
                    .that()
                    .resideOutsideOfPackage("dev.keyway.host..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            "org.osgi.dto..",
                            "org.osgi.framework..",
                            "org.osgi.resource..",
                            "org.osgi.service..",
                            "org.osgi.util..",
                            "org.apache.felix..");

    @ArchTest
    static final ArchRule NN_AND_AUTOGRAD_DO_NOT_KNOW_EACH_OTHER_OR_THE_HOST =
            noClasses()
                    .that()
                    .resideInAnyPackage("dev.keyway.nn..", "dev.keyway.autograd..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage("dev.keyway.host..", "dev.keyway.cli..");

    @ArchTest
    static final ArchRule THE_DISPATCHER_KNOWS_ONLY_THE_API =
            classes()
                    .that()
                    .resideInAPackage("dev.keyway.dispatch..")
                    .should()
                    .onlyDependOnClassesThat()
                    .resideInAnyPackage(
                            with(
                                    API,
                                    "dev.keyway.dispatch..",
                                    "java..",
                                    "com.sun.management..",
                                    "sun.misc..",
                                    SERVICES,
                                    "org.jspecify.."));

    @ArchTest
    static final ArchRule PACKAGES_OF_THE_CPU_BACKEND_HAVE_NO_CYCLES =
            slices().matching("dev.keyway.backend.cpu.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule THE_OPENCL_PLUGIN_KNOWS_NO_OTHER =
            classes()
                    .that()
                    .resideInAPackage("dev.keyway.plugins.opencl..")
                    .should()
                    .onlyDependOnClassesThat()
                    .resideInAnyPackage(
                            with(API, "dev.keyway.plugins.opencl..", "java..", "org.jspecify.."));

    @ArchTest
    static final ArchRule THE_CHAOS_PLUGIN_KNOWS_NO_OTHER =
            classes()
                    .that()
                    .resideInAPackage("dev.keyway.plugins.chaos..")
                    .should()
                    .onlyDependOnClassesThat()
                    .resideInAnyPackage(
                            with(API, "dev.keyway.plugins.chaos..", "java..", "org.jspecify.."));

    @ArchTest
    static final ArchRule PACKAGES_OF_THE_OPENCL_PLUGIN_HAVE_NO_CYCLES =
            slices().matching("dev.keyway.plugins.opencl.(*)..").should().beFreeOfCycles();

    private static String[] with(String[] first, String... more) {
        String[] all = java.util.Arrays.copyOf(first, first.length + more.length);
        System.arraycopy(more, 0, all, first.length, more.length);
        return all;
    }
}
