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
 * <p>Linking a function takes about a millisecond. Listing devices needs few; the others are linked
 * when first used. Thread-safe.
 */
public final class OpenCl {
    /** Names another library than the system's. */
    public static final String PROPERTY = "keyway.opencl.library";

    private static final List<String> LINUX = List.of("libOpenCL.so.1", "libOpenCL.so");
    private static final List<String> MAC =
            List.of("/System/Library/Frameworks/OpenCL.framework/OpenCL");

    private final Symbols symbols;
    private final InfoFunctions info;
    private volatile @Nullable ObjectFunctions objects;
    private volatile @Nullable CommandFunctions commands;

    private OpenCl(Symbols symbols) {
        this.symbols = symbols;
        this.info = new InfoFunctions(symbols);
    }

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
                symbols.require("clEnqueueFillBuffer"); // new in OpenCL 1.2
                return new OpenCl(symbols);
            }
        }
        throw new DeviceException("no OpenCL loader (" + String.join(" or ", names) + ") is here");
    }

    /** What there is. */
    public InfoFunctions info() {
        return info;
    }

    /** Creation and release. */
    public ObjectFunctions objects() {
        ObjectFunctions known = objects;
        return known != null ? known : linkObjects();
    }

    private synchronized ObjectFunctions linkObjects() {
        ObjectFunctions known = objects;
        if (known == null) {
            known = new ObjectFunctions(symbols);
            objects = known;
        }
        return known;
    }

    /** Queues and events. */
    public CommandFunctions commands() {
        CommandFunctions known = commands;
        return known != null ? known : linkCommands();
    }

    private synchronized CommandFunctions linkCommands() {
        CommandFunctions known = commands;
        if (known == null) {
            known = new CommandFunctions(symbols);
            commands = known;
        }
        return known;
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
