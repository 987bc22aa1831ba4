// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch;

import dev.keyway.DType;
import dev.keyway.Device;
import dev.keyway.MemoryStatistics;
import dev.keyway.Stream;
import dev.keyway.spi.DeviceDriver;
import dev.keyway.spi.DeviceMemory;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** An open device. After {@link #close} its name and plugin still answer. */
final class DeviceImpl implements Device {
    private final KeywayRuntime runtime;
    private final BackendEntry backend;
    private final int row;
    private final int index;
    private final String description;
    private DeviceDriver driver;
    private final StreamImpl defaultStream;
    private final List<StreamImpl> streams = new CopyOnWriteArrayList<>();
    private final RetiredBlocks retired;
    private final CachingAllocator allocator;
    private final ScalarCache scalars;
    private final boolean host;
    private final boolean synchronous;
    private volatile boolean closed;

    DeviceImpl(
            KeywayRuntime runtime,
            BackendEntry backend,
            int index,
            String description,
            DeviceDriver driver,
            long limit) {
        this.runtime = runtime;
        this.backend = backend;
        this.row = backend.id() * DType.values().length;
        this.index = index;
        this.description = description;
        this.driver = driver;
        DeviceMemory memory = driver.memory();
        this.host = memory.isHost();
        this.defaultStream = new StreamImpl(this, driver.newStream());
        this.synchronous = defaultStream.driver() == dev.keyway.spi.DeviceStream.SYNCHRONOUS;
        streams.add(defaultStream);
        this.retired = new RetiredBlocks(runtime.threads);
        long most = Math.min(limit, memory.capacity() / 4 * 3);
        this.allocator = new CachingAllocator(this, memory, runtime.cleaner, most, retired);
        this.scalars = new ScalarCache(this);
    }

    KeywayRuntime runtime() {
        return runtime;
    }

    BackendEntry backend() {
        return backend;
    }

    /** Where its backend's part begins in tables by backend and dtype. */
    int row() {
        return row;
    }

    DeviceDriver driver() {
        return driver;
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

    /** Whether kernels have finished when they return, so that streams need no care. */
    boolean isSynchronous() {
        return synchronous;
    }

    /** Whether the plugin has left or the runtime is closed. */
    boolean isClosed() {
        return closed;
    }

    /** Fails when the plugin has left or the runtime is closed. */
    void checkOpen() {
        if (closed) {
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
        return description;
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
        return driver.computes(dtype);
    }

    @Override
    public Stream currentStream() {
        return runtime.threadState().streamOf(this);
    }

    @Override
    public Stream newStream() {
        checkOpen();
        StreamImpl stream = new StreamImpl(this, driver.newStream());
        streams.add(stream);
        return stream;
    }

    void forget(StreamImpl stream) {
        streams.remove(stream);
    }

    @Override
    public void synchronize() {
        streams.forEach(StreamImpl::synchronize);
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
        allocator.emptyCache();
    }

    /** Waits for the streams, frees the memory, closes the driver. No call is running any more. */
    void close() {
        if (closed) {
            return;
        }
        closed = true;
        Failures failures = new Failures();
        for (StreamImpl stream : streams) {
            failures.run(() -> stream.driver().synchronize());
        }
        // Else the cleaner would reach the numbers' storages, and through them this plugin,
        // forever.
        scalars.clear();
        failures.run(retired::drain);
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
