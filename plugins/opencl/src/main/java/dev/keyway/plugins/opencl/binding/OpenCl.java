// SPDX-License-Identifier: Apache-2.0
package dev.keyway.plugins.opencl.binding;

import dev.keyway.DeviceException;
import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The loaded OpenCL library, on Linux the ICD loader, through which the drivers of all vendors are
 * reached. It stays loaded for the life of the process: drivers run threads of their own whose code
 * must not vanish. It holds no reference to classes of this plugin.
 *
 * @param info what there is
 * @param objects creation and release
 * @param commands queues and events
 */
public record OpenCl(InfoFunctions info, ObjectFunctions objects, CommandFunctions commands) {
    /** Names another library than the system's. */
    public static final String PROPERTY = "keyway.opencl.library";

    private static final List<String> LINUX = List.of("libOpenCL.so.1", "libOpenCL.so");
    private static final List<String> MAC =
            List.of("/System/Library/Frameworks/OpenCL.framework/OpenCL");

    /**
     * Loads the library.
     *
     * @throws DeviceException when there is none or it is too old
     */
    public static OpenCl load() {
        List<String> names = names();
        for (String name : names) {
            SymbolLookup lookup = find(name);
            if (lookup != null) {
                DriverSettings.apply();
                Symbols symbols = new Symbols(lookup);
                return new OpenCl(
                        new InfoFunctions(symbols),
                        new ObjectFunctions(symbols),
                        new CommandFunctions(symbols));
            }
        }
        throw new DeviceException("no OpenCL loader (" + String.join(" or ", names) + ") is here");
    }

    private static List<String> names() {
        String named = System.getProperty(PROPERTY);
        if (named != null) {
            return List.of(named);
        }
        String system = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
        if (system.contains("windows")) {
            return List.of("OpenCL.dll");
        }
        return system.contains("mac") ? MAC : LINUX;
    }

    private static @Nullable SymbolLookup find(String name) {
        try {
            return SymbolLookup.libraryLookup(name, Arena.global());
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
