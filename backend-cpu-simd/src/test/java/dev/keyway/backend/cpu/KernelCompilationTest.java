// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keyway.spi.Kernel.KernelN;
import java.io.IOException;
import java.lang.invoke.MethodType;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import jdk.incubator.vector.Vector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;
import org.junit.jupiter.api.Test;

/** The directive is accepted, once is enough, and it names every function of vectors. */
final class KernelCompilationTest {
    @Test
    void theVirtualMachineTakesTheDirectiveOnce() {
        assertTrue(KernelCompilation.added());
        assertTrue(KernelCompilation.added());
    }

    /** A vector that a function gives is an object where the function is not inlined. */
    @Test
    void everyFunctionThatGivesAVectorIsInlined() throws Exception {
        List<String> inlined = KernelCompilation.inlined().toList();
        List<String> missing = new ArrayList<>();
        int functions = 0;
        for (String name : classes()) {
            for (Method method : Class.forName(name.replace('/', '.')).getDeclaredMethods()) {
                if (Modifier.isStatic(method.getModifiers()) && givesVector(method)) {
                    functions++;
                    String whole = name + "." + method.getName();
                    if (inlined.stream().noneMatch(pattern -> fits(pattern, whole))) {
                        missing.add(whole);
                    }
                }
            }
        }
        assertEquals(List.of(), missing, "KernelCompilation has to name these");
        assertTrue(functions > 200, "only " + functions + " functions were found");
    }

    @Test
    void everyNameIsThatOfAMethod() throws Exception {
        List<String> methods = new ArrayList<>();
        for (String name : classes()) {
            for (Method method : Class.forName(name.replace('/', '.')).getDeclaredMethods()) {
                methods.add(name + "." + method.getName());
            }
        }
        List<String> missing =
                KernelCompilation.named()
                        .filter(
                                name ->
                                        KernelCompilation.each(name)
                                                .noneMatch(
                                                        pattern ->
                                                                methods.stream()
                                                                        .anyMatch(
                                                                                m ->
                                                                                        fits(
                                                                                                pattern,
                                                                                                m))))
                        .toList();
        assertEquals(List.of(), missing);
    }

    @Test
    void kernelsOfSeveralTensorsAreNamedByTheirSignature() {
        List<String> methods =
                Stream.of(KernelN.class.getDeclaredMethods())
                        .map(
                                m ->
                                        "*."
                                                + m.getName()
                                                + MethodType.methodType(
                                                                m.getReturnType(),
                                                                m.getParameterTypes())
                                                        .descriptorString())
                        .toList();
        assertEquals(List.of(KernelCompilation.SEVERAL), methods);
    }

    /** One of another width slows the tiles of the whole process, see ADR 0017. */
    @Test
    void vectorsOfNumbersHaveOneWidth() throws Exception {
        List<String> others = new ArrayList<>();
        int species = 0;
        for (String name : classes()) {
            for (Field field : Class.forName(name.replace('/', '.')).getDeclaredFields()) {
                if (Modifier.isStatic(field.getModifiers())
                        && field.getType() == VectorSpecies.class) {
                    field.setAccessible(true);
                    VectorSpecies<?> found = (VectorSpecies<?>) field.get(null);
                    species++;
                    boolean number =
                            found.elementType() == float.class
                                    || found.elementType() == double.class;
                    if (number && found.vectorShape() != VectorShape.preferredShape()) {
                        others.add(name + "." + field.getName());
                    }
                }
            }
        }
        assertEquals(List.of(), others, "f32 and f64 vectors of a width that isn't preferred");
        assertTrue(species > 50, "only " + species + " species were found");
    }

    private static boolean givesVector(Method method) {
        Class<?> type = method.getReturnType();
        boolean vector = Vector.class.isAssignableFrom(type) || VectorMask.class == type;
        return vector && !method.isSynthetic();
    }

    private static boolean fits(String pattern, String method) {
        int star = pattern.indexOf('*');
        return star < 0
                ? pattern.equals(method)
                : method.startsWith(pattern.substring(0, star))
                        && method.endsWith(pattern.substring(star + 1));
    }

    private static List<String> classes() throws IOException, URISyntaxException {
        Path root =
                Path.of(
                        KernelCompilation.class
                                .getProtectionDomain()
                                .getCodeSource()
                                .getLocation()
                                .toURI());
        try (Stream<Path> files = Files.walk(root)) {
            return files.map(file -> root.relativize(file).toString())
                    .filter(file -> file.startsWith("dev/") && file.endsWith(".class"))
                    .filter(file -> !file.endsWith("package-info.class"))
                    .map(file -> file.substring(0, file.length() - ".class".length()))
                    .toList();
        }
    }
}
