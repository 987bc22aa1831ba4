// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch;

import dev.keyway.AdaptationStatistics;
import dev.keyway.Attributes;
import dev.keyway.ClosedException;
import dev.keyway.DType;
import dev.keyway.Device;
import dev.keyway.DeviceChoice;
import dev.keyway.DeviceStatus;
import dev.keyway.Explanation;
import dev.keyway.FallbackPolicy;
import dev.keyway.FallbackRecord;
import dev.keyway.Generator;
import dev.keyway.Keyway;
import dev.keyway.Observer;
import dev.keyway.Operator;
import dev.keyway.OutOfMemoryException;
import dev.keyway.Scope;
import dev.keyway.Tensor;
import dev.keyway.operator.OperatorDefinition;
import dev.keyway.spi.Backend;
import dev.keyway.spi.DeviceMemory;
import dev.keyway.spi.KernelProvider;
import dev.keyway.spi.PluginInfo;
import dev.keyway.spi.Registration;
import dev.keyway.spi.Services;
import dev.keyway.spi.Workers;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Cleaner;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The runtime: holds the parts together and forwards to them. */
public final class KeywayRuntime extends Keyway {
    final OperatorNames operatorNames = new OperatorNames();
    final int fusedName = operatorNames.add("fuse");
    final ThreadStates threads;
    final Cleaner cleaner = Cleaner.create();
    final PrimitiveRunner primitives = new PrimitiveRunner(this);
    final Adaptation adaptation = new Adaptation(this);
    final Fallback fallback = new Fallback(this);
    final DeviceTable devices;
    private final Selection selection;
    private final @Nullable String wish;
    final OperatorTable operatorTable;
    private final OperatorImpl[] catalogue;
    private final Observers observers = new Observers();
    private final WorkerPool workers;
    private final Generator generator;
    private final HostMemory hostMemory = new HostMemory();
    private final List<Registration> plugins = new ArrayList<>();
    private @Nullable AutogradLayer autograd;
    private volatile boolean closed;

    KeywayRuntime(RuntimeOptions options) {
        workers = new WorkerPool(options.threads());
        threads = new ThreadStates(options.policy(), workers, operatorNames);
        generator = new Generator(options.seed());
        Services services = new RuntimeServices(hostMemory, workers);
        devices =
                new DeviceTable(
                        this,
                        new DeviceOpener(
                                this, services, options.memoryLimit(), options.pluginLimit()));
        wish = options.device();
        selection =
                new Selection(
                        devices,
                        new DeviceBenchmark(this, options.benchmarks()),
                        options.requirements());
        operatorTable = new OperatorTable(this);
        catalogue = operatorTable.catalogue();
    }

    private record RuntimeServices(DeviceMemory hostMemory, Workers workers) implements Services {}

    /** The state of the calling thread. */
    public ThreadState threadState() {
        return threads.get();
    }

    Observers observers() {
        return observers;
    }

    /** The autograd library. */
    synchronized AutogradLayer autograd() {
        AutogradLayer layer = autograd;
        if (layer == null) {
            layer =
                    ServiceLoader.load(
                                    AutogradLayer.Provider.class,
                                    KeywayRuntime.class.getClassLoader())
                            .findFirst()
                            .orElseThrow(
                                    () ->
                                            new dev.keyway.KeywayException(
                                                    "gradients need the artifact"
                                                            + " dev.keyway:keyway-autograd on the"
                                                            + " class path"))
                            .create(this);
            autograd = layer;
        }
        return layer;
    }

    /** An uninitialised contiguous tensor. */
    public TensorImpl allocate(Device device, DType dtype, long[] sizes) {
        return allocate((DeviceImpl) device, dtype, sizes, null);
    }

    /** As above; {@code like}, where it has these very sizes, may lend its strides. */
    TensorImpl allocate(DeviceImpl on, DType dtype, long[] sizes, @Nullable TensorImpl like) {
        ThreadState state = threadState();
        TensorImpl tensor = allocate(on, state.streamOf(on), dtype, sizes, like);
        state.made.add(tensor);
        return tensor;
    }

    /** As above; with {@code channelsLast} in that format, of four dimensions. */
    TensorImpl allocate(
            DeviceImpl on,
            DType dtype,
            long[] sizes,
            @Nullable TensorImpl like,
            boolean channelsLast) {
        if (!channelsLast) {
            return allocate(on, dtype, sizes, like);
        }
        ThreadState state = threadState();
        TensorImpl tensor =
                allocate(on, state.streamOf(on), dtype, sizes, ChannelsLast.strides(sizes));
        state.made.add(tensor);
        return tensor;
    }

    /** As above, for work on the stream. */
    static TensorImpl allocate(
            DeviceImpl device,
            StreamImpl stream,
            DType dtype,
            long[] sizes,
            @Nullable TensorImpl like) {
        return allocate(device, stream, dtype, sizes, Shapes.contiguousStrides(sizes, like));
    }

    private static TensorImpl allocate(
            DeviceImpl device, StreamImpl stream, DType dtype, long[] sizes, long[] strides) {
        device.checkOpen();
        long bytes = Math.multiplyExact(Shapes.numel(sizes), dtype.itemSize());
        StorageImpl storage = storage(device, stream, bytes);
        return new TensorImpl(storage, dtype, sizes, strides, 0, null);
    }

    /** Where there is no room, what kernels derived from tensors makes some. */
    static StorageImpl storage(DeviceImpl device, StreamImpl stream, long bytes) {
        try {
            return device.allocator().allocate(bytes, stream);
        } catch (OutOfMemoryException e) {
            if (!device.derived().releaseAll()) {
                throw e;
            }
            return device.allocator().allocate(bytes, stream);
        }
    }

    void own(Registration plugin) {
        plugins.add(plugin);
    }

    @Override
    public Operator operator(int catalogueIndex) {
        return catalogue[catalogueIndex];
    }

    @Override
    public OperatorImpl operator(String qualifiedName) {
        return operatorTable.get(qualifiedName);
    }

    @Override
    public List<Operator> operators() {
        return operatorTable.all();
    }

    @Override
    public List<Device> devices() {
        return List.copyOf(devices.open());
    }

    @Override
    public List<DeviceStatus> deviceStatus() {
        return devices.status();
    }

    @Override
    public Device device(String wish) {
        return choose(wish).device();
    }

    @Override
    public Device device() {
        return choose().device();
    }

    @Override
    public DeviceChoice choose(String wish) {
        checkOpen();
        return selection.choose(wish, "asked for");
    }

    @Override
    public DeviceChoice choose() {
        checkOpen();
        String variable = System.getenv("KEYWAY_DEVICE");
        if (wish != null) {
            return selection.choose(wish, "set when the runtime was opened");
        }
        return variable == null || variable.isBlank()
                ? selection.choose("auto", "the default")
                : selection.choose(variable, "$KEYWAY_DEVICE");
    }

    @Override
    public Registration register(Backend backend, PluginInfo plugin) {
        checkOpen();
        return devices.register(backend, plugin);
    }

    @Override
    public Registration register(KernelProvider provider, PluginInfo plugin) {
        checkOpen();
        return devices.register(provider, plugin);
    }

    @Override
    public Registration register(OperatorDefinition definition, PluginInfo plugin) {
        checkOpen();
        return operatorTable.register(definition, plugin);
    }

    @Override
    public Tensor tensor(Device device, float[] data, long... sizes) {
        return create(device, DType.F32, MemorySegment.ofArray(data), sizes);
    }

    @Override
    public Tensor tensor(Device device, double[] data, long... sizes) {
        return create(device, DType.F64, MemorySegment.ofArray(data), sizes);
    }

    @Override
    public Tensor tensor(Device device, int[] data, long... sizes) {
        return create(device, DType.I32, MemorySegment.ofArray(data), sizes);
    }

    @Override
    public Tensor tensor(Device device, long[] data, long... sizes) {
        return create(device, DType.I64, MemorySegment.ofArray(data), sizes);
    }

    @Override
    public Tensor tensor(Device device, boolean[] data, long... sizes) {
        byte[] bytes = new byte[data.length];
        for (int i = 0; i < data.length; i++) {
            bytes[i] = (byte) (data[i] ? 1 : 0);
        }
        return create(device, DType.BOOL, MemorySegment.ofArray(bytes), sizes);
    }

    @Override
    public Tensor tensor(Device device, DType dtype, MemorySegment data, long... sizes) {
        return create(device, dtype, data, sizes);
    }

    private Tensor create(Device device, DType dtype, MemorySegment data, long[] sizes) {
        checkOpen();
        long count = data.byteSize() / dtype.itemSize();
        if (Shapes.numel(sizes) != count || data.byteSize() % dtype.itemSize() != 0) {
            throw new dev.keyway.ArgumentException(
                    "tensor: shape "
                            + java.util.Arrays.toString(sizes)
                            + " has "
                            + Shapes.numel(sizes)
                            + " elements of "
                            + dtype
                            + ", the data "
                            + data.byteSize()
                            + " bytes, "
                            + count
                            + " elements");
        }
        TensorImpl tensor = allocate(device, dtype, sizes.clone());
        try {
            HostCopies.upload(threadState(), tensor, data);
            return tensor;
        } catch (RuntimeException | Error e) {
            tensor.close();
            throw e;
        }
    }

    @Override
    public Generator generator() {
        return generator;
    }

    @Override
    public Scope noGrad() {
        ThreadState state = threadState();
        long before = state.exclude(DispatchKey.AUTOGRAD.bit());
        return () -> state.restore(before);
    }

    @Override
    public Scope enableGrad() {
        ThreadState state = threadState();
        long before = state.include(DispatchKey.AUTOGRAD.bit());
        return () -> state.restore(before);
    }

    @Override
    public boolean isGradEnabled() {
        return threadState().gradEnabled();
    }

    @Override
    public Tensor fuse(Supplier<Tensor> code) {
        checkOpen();
        return Fusion.run(threadState(), code);
    }

    @Override
    public Scope fallback(FallbackPolicy policy) {
        ThreadState state = threadState();
        FallbackPolicy before = state.fallback;
        state.fallback = policy;
        return () -> state.fallback = before;
    }

    @Override
    public List<FallbackRecord> fallbackLedger() {
        return fallback.ledger();
    }

    @Override
    public AdaptationStatistics adaptations() {
        return adaptation.statistics();
    }

    @Override
    public Explanation explain(String operator, Attributes attributes, Tensor... arguments) {
        return new Explainer(this).explain(operator(operator), attributes, arguments);
    }

    @Override
    public Explanation explain(String operator, Device device, DType dtype) {
        return new Explainer(this)
                .explain(operator(operator), (DeviceImpl) device, dtype, List.of());
    }

    @Override
    public Scope observe(Observer observer) {
        return observers.add(observer);
    }

    @Override
    public List<PluginInfo> plugins() {
        return Stream.concat(devices.plugins().stream(), operatorTable.plugins().stream())
                .distinct()
                .toList();
    }

    @Override
    public int threads() {
        return workers.threads();
    }

    private void checkOpen() {
        if (closed) {
            throw new ClosedException("this Keyway is closed; open a new one");
        }
    }

    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
        }
        Failures failures = new Failures();
        for (Registration plugin : plugins.reversed()) {
            failures.run(plugin::close);
        }
        failures.run(devices::close);
        failures.run(workers::close);
        failures.rethrow("closing the runtime failed");
    }
}
