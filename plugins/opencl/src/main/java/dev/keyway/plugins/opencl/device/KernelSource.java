// SPDX-License-Identifier: Apache-2.0
package dev.keyway.plugins.opencl.device;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A program as text: macro definitions in front of a template, which is a resource of this plugin.
 * Two with equal text are one program.
 *
 * @param text the whole text
 * @param needsF64 whether it computes in f64, which not every device does
 */
public record KernelSource(String text, boolean needsF64) {
    private static final Map<String, String> TEMPLATES = new ConcurrentHashMap<>();

    /** The prelude and the templates of these names with macros defined. */
    public static KernelSource of(Map<String, String> macros, String... names) {
        StringBuilder text = new StringBuilder("#pragma OPENCL FP_CONTRACT OFF\n");
        new TreeMap<>(macros)
                .forEach((macro, value) -> text.append("#define " + macro + " " + value + "\n"));
        boolean needsF64 = text.indexOf("double") >= 0;
        text.append(template("prelude"));
        for (String name : names) {
            text.append(template(name));
        }
        return new KernelSource(text.toString(), needsF64);
    }

    private static String template(String name) {
        return TEMPLATES.computeIfAbsent(name, KernelSource::read);
    }

    private static String read(String name) {
        String path = "/dev/keyway/plugins/opencl/kernel/" + name + ".cl";
        try (InputStream in = KernelSource.class.getResourceAsStream(path)) {
            if (in == null) {
                throw new IllegalStateException("the plugin's jar lacks " + path);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
