// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch;

import dev.keyway.KeywayException;
import dev.keyway.Scope;
import dev.keyway.Tensor;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * Measures devices for the policy {@code fastest}: a matrix product of 256 x 256 and pointwise
 * operators over 262,144 elements in f32, the best of the repetitions within a third of a second.
 * Results are kept in a file, for each plugin version, device and description, which names the
 * driver where there is one, and for how this JVM compiles.
 */
final class DeviceBenchmark {
    private static final System.Logger LOG = System.getLogger("dev.keyway.selection");
    private static final int SIDE = 256;
    private static final int ELEMENTS = 1 << 18;
    private static final long LIMIT_NANOS = 300_000_000;
    private static final int LEAST = 3;

    private final KeywayRuntime runtime;
    private final @Nullable Path file;

    /** Without a file nothing is kept. */
    DeviceBenchmark(KeywayRuntime runtime, @Nullable Path file) {
        this.runtime = runtime;
        this.file = file;
    }

    /**
     * A time, or why there is none.
     *
     * @param millis of the fastest repetition; infinite when it failed
     * @param note where it comes from, or what failed
     */
    record Result(double millis, String note) {
        @Override
        public String toString() {
            return Double.isFinite(millis)
                    ? String.format(Locale.ROOT, "%.3f ms, %s", millis, note)
                    : note;
        }
    }

    /** Measured now or before. */
    Result time(DeviceImpl device) {
        String key = key(device);
        Properties known = read();
        String before = known.getProperty(key);
        if (before != null) {
            try {
                return new Result(Double.parseDouble(before), "measured before");
            } catch (NumberFormatException e) {
                LOG.log(Level.DEBUG, "measured again, as the file has " + before, e);
            }
        }
        try (Scope _ = runtime.noGrad()) {
            double millis = measure(device);
            known.setProperty(key, Double.toString(millis));
            return new Result(millis, "measured now" + (write(known) ? "" : " and not kept"));
        } catch (KeywayException e) {
            return new Result(
                    Double.POSITIVE_INFINITY, "the measurement failed: " + e.getMessage());
        }
    }

    private String key(DeviceImpl device) {
        return String.join(
                "|",
                device.plugin(),
                device.type() + ":" + device.ownIndex(),
                device.description(),
                "threads=" + runtime.threads(),
                "java=" + Runtime.version() + " " + System.getProperty("java.vm.info", ""));
    }

    private double measure(DeviceImpl device) {
        float[] numbers = new float[ELEMENTS];
        java.util.Arrays.fill(numbers, 0.5f);
        float[] square = java.util.Arrays.copyOf(numbers, SIDE * SIDE);
        try (Tensor a = runtime.tensor(device, square, SIDE, SIDE);
                Tensor x = runtime.tensor(device, numbers, ELEMENTS)) {
            long start = System.nanoTime();
            long best = Long.MAX_VALUE;
            for (int i = 0; i < LEAST || System.nanoTime() - start < LIMIT_NANOS; i++) {
                long before = System.nanoTime();
                step(a, x);
                best = Math.min(best, System.nanoTime() - before);
            }
            return best / 1e6;
        }
    }

    /** Ends with numbers on the host, so that queued work is done. */
    private static void step(Tensor a, Tensor x) {
        try (Tensor product = a.matmul(a);
                Tensor sum = product.sum();
                Tensor exponential = x.exp();
                Tensor added = exponential.add(x);
                Tensor largest = added.amax()) {
            if (!(sum.item() > 0) || !(largest.item() > 0)) {
                throw new KeywayException("a result of the measurement is wrong");
            }
        }
    }

    private Properties read() {
        Properties known = new Properties();
        if (file != null && Files.isReadable(file)) {
            try (var in = Files.newBufferedReader(file)) {
                known.load(in);
            } catch (IOException | IllegalArgumentException e) {
                LOG.log(Level.DEBUG, "measured again, as " + file + " can't be read", e);
            }
        }
        return known;
    }

    private boolean write(Properties known) {
        if (file == null) {
            return false;
        }
        try {
            Path folder = Files.createDirectories(file.toAbsolutePath().getParent());
            Path copy = Files.createTempFile(folder, ".", ".tmp");
            try (var out = Files.newBufferedWriter(copy)) {
                known.store(out, "measured for the policy 'fastest'; may be deleted");
            }
            Files.move(
                    copy,
                    file,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
            return true;
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "not kept in " + file, e);
            return false;
        }
    }

    /** {@code KEYWAY_CACHE}, else {@code keyway} in the user's folder for caches. */
    static @Nullable Path defaultFile() {
        String own = System.getenv("KEYWAY_CACHE");
        String shared = System.getenv("XDG_CACHE_HOME");
        String home = System.getProperty("user.home", "");
        Path folder =
                own != null && !own.isBlank()
                        ? Path.of(own)
                        : shared != null && !shared.isBlank()
                                ? Path.of(shared, "keyway")
                                : home.isBlank() ? null : Path.of(home, ".cache", "keyway");
        return folder == null ? null : folder.resolve("fastest.properties");
    }
}
