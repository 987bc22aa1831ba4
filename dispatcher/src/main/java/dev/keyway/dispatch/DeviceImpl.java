// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch;

import dev.keyway.DType;
import dev.keyway.Device;
import dev.keyway.DeviceException;
import dev.keyway.KeywayException;
import dev.keyway.MemoryStatistics;
import dev.keyway.Stream;
import dev.keyway.spi.DeviceDescription;
import dev.keyway.spi.DeviceDriver;
import dev.keyway.spi.DeviceMemory;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;

/** An open device. After {@link #close} its name and plugin still answer. */
final class DeviceImpl implements Device, AutoCloseable {
    private final KeywayRuntime runtime;
    private final BackendEntry backend;
    private final int row;
    private final int index;
    private final DeviceDescription found;
    private DeviceDriver driver;
    private final StreamImpl defaultStream;
    private final List<StreamImpl> streams = new CopyOnWriteArrayList<>();
    private final RetiredBlocks retired;
    private final CachingAllocator allocator;
    private final ScalarCache scalars;
    private final DerivedMemory derived;
    private final OpenEvents events = new OpenEvents();
    private final boolean host;
    private final boolean synchronous;
    private final boolean deterministic;
    private final Set<DType> computes = EnumSet.noneOf(DType.class);
    private volatile boolean gone;
    private boolean closed;

    /**
     * What tells it from others.
     *
     * @param index in its name
     * @param number of all devices that there were
     */
    record Place(int index, int number) {}

    /** Asks the driver for everything that is needed later, so that it can't fail then. */
    DeviceImpl(
            KeywayRuntime runtime,
            BackendEntry backend,
            Place place,
            DeviceDescription found,
            DeviceDriver driver,
            long limit) {
        this.runtime = runtime;
        this.backend = backend;
        this.row = place.number * DType.values().length;
        this.index = place.index;
        this.found = found;
        this.driver = driver;
        DeviceMemory memory = driver.memory();
        this.host = memory.isHost();
        this.deterministic = driver.isDeterministic();
        for (DType dtype : DType.values()) {
            if (driver.computes(dtype)) {
                computes.add(dtype);
            }
        }
        this.defaultStream = new StreamImpl(this, driver.newStream());
        this.synchronous = defaultStream.driver() == dev.keyway.spi.DeviceStream.SYNCHRONOUS;
        streams.add(defaultStream);
        this.retired = new RetiredBlocks(runtime.threads);
        long most = Math.min(limit, memory.capacity() / 4 * 3);
        this.allocator = new CachingAllocator(this, memory, runtime.cleaner, most, retired);
        this.scalars = new ScalarCache(this);
        this.derived = new DerivedMemory(allocator);
    }

    KeywayRuntime runtime() {
        return runtime;
    }

    BackendEntry backend() {
        return backend;
    }

    boolean isDeterministic() {
        return deterministic;
    }

    /** Where tables by device and dtype have the dtype. */
    int slot(DType dtype) {
        return row + dtype.ordinal();
    }

    /** Where its part begins in tables by device and dtype; never used again. */
    int row() {
        return row;
    }

    /** For automatic choice. */
    int rank() {
        return found.rank();
    }

    /** The vendor's; after the plugin left, one that says so. */
    DeviceDriver driver() {
        return driver;
    }

    OpenEvents events() {
        return events;
    }

    DeviceMemory deviceMemory() {
        return driver.memory();
    }

    StreamImpl defaultStream() {
        return defaultStream;
    }

    RetiredBlocks retired() {
        return retired;
    }

    CachingAllocator allocator() {
        return allocator;
    }

    ScalarCache scalars() {
        return scalars;
    }

    DerivedMemory derived() {
        return derived;
    }

    /** Whether kernels have finished when they return, so that streams need no care. */
    boolean isSynchronous() {
        return synchronous;
    }

    /** The index that the plugin gave it. */
    int ownIndex() {
        return found.index();
    }

    /** Whether the plugin has left or the runtime is closed. */
    boolean isGone() {
        return gone;
    }

    /**
     * The plugin leaves. Calls that started before, by their epoch, still find the device as it was
     * until {@link #close}.
     */
    void leave() {
        gone = true;
    }

    /** Fails when the plugin has left or the runtime is closed. */
    void checkOpen() {
        if (gone) {
            throw new GoneDriver(name(), plugin()).error();
        }
    }

    @Override
    public KeywayRuntime keyway() {
        return runtime;
    }

    @Override
    public String type() {
        return backend.deviceType();
    }

    @Override
    public int index() {
        return index;
    }

    @Override
    public String name() {
        return type() + ":" + index;
    }

    @Override
    public String description() {
        return Objects.requireNonNullElse(found.description(), "");
    }

    @Override
    public String plugin() {
        return backend.plugin().toString();
    }

    @Override
    public boolean isHost() {
        return host;
    }

    @Override
    public boolean computes(DType dtype) {
        return computes.contains(dtype);
    }

    @Override
    public Stream currentStream() {
        return runtime.threadState().streamOf(this);
    }

    @Override
    public Stream newStream() {
        return inCall(
                () -> {
                    StreamImpl stream = new StreamImpl(this, driver.newStream());
                    streams.add(stream);
                    return stream;
                });
    }

    /** Runs the code as a call: the plugin can't leave meanwhile, and must not have left. */
    <T> T inCall(Supplier<T> code) {
        ThreadState state = runtime.threadState();
        state.enter();
        try {
            checkOpen();
            return code.get();
        } catch (KeywayException e) {
            throw e;
        } catch (RuntimeException | LinkageError e) {
            throw failed("a call", e);
        } finally {
            state.exit();
        }
    }

    /** The error of the driver, with whose it is. */
    DeviceException failed(String what, Throwable error) {
        return new DeviceException(
                what + ": plugin " + plugin() + " failed on " + name() + ": " + error, error);
    }

    void forget(StreamImpl stream) {
        streams.remove(stream);
        scalars.forget(stream);
    }

    @Override
    public void synchronize() {
        streams.forEach(StreamImpl::synchronize);
    }

    /** Waits for what was submitted; a device that is gone has nothing. */
    void synchronizeUnlessGone() {
        ThreadState state = runtime.threadState();
        state.enter();
        try {
            if (!gone) {
                synchronizeStreams();
            }
        } finally {
            state.exit();
        }
    }

    void synchronizeStreams() {
        streams.forEach(stream -> stream.driver().synchronize());
    }

    @Override
    public MemoryStatistics memory() {
        retired.poll();
        return allocator.statistics();
    }

    @Override
    public void emptyCache() {
        scalars.clear();
        derived.releaseAll();
        inCall(
                () -> {
                    allocator.emptyCache();
                    return allocator;
                });
    }

    /**
     * Waits for the streams, frees the memory, closes the driver. After {@link #leave}, and when no
     * call is running any more.
     */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        gone = true;
        closed = true;
        Failures failures = new Failures();
        for (StreamImpl stream : streams) {
            failures.run(() -> stream.driver().synchronize());
        }
        // Else the cleaner would reach the numbers' storages, and through them this plugin,
        // forever.
        scalars.clear();
        // The streams are done, so every block is free.
        failures.run(retired::poll);
        failures.run(events::close);
        failures.run(allocator::close);
        for (StreamImpl stream : streams) {
            failures.run(stream::closeDriver);
        }
        failures.run(driver::close);
        driver = new GoneDriver(name(), plugin());
        failures.rethrow("closing device " + name() + " of plugin " + plugin() + " failed");
    }

    @Override
    public String toString() {
        return name();
    }
}
