// SPDX-License-Identifier: Apache-2.0
package dev.keyway;

import dev.keyway.operator.OperatorDefinition;
import dev.keyway.spi.Backend;
import dev.keyway.spi.KernelProvider;
import dev.keyway.spi.PluginInfo;
import dev.keyway.spi.Registration;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.ServiceLoader;
import java.util.function.Supplier;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The runtime: devices, operators and tensors belong to one. Open it with {@link #builder()}, close
 * it to release everything. Several may be open at once; nothing is static. Safe for any thread.
 */
@ProviderType
public abstract class Keyway implements AutoCloseable {
    /** For the dispatcher only. */
    protected Keyway() {}

    /** {@return a builder of the implementation on the class path} */
    public static KeywayBuilder builder() {
        return ServiceLoader.load(KeywayBuilder.class, Keyway.class.getClassLoader())
                .findFirst()
                .orElseThrow(
                        () ->
                                new KeywayException(
                                        "no Keyway runtime on the class path; add the artifact"
                                                + " dev.keyway:keyway-dispatcher"));
    }

    /**
     * Opens with the defaults: the backends on the class path, and those in {@code KEYWAY_PLUGINS}.
     *
     * @return the runtime; close it
     */
    public static Keyway open() {
        return builder().open();
    }

    /**
     * {@return the entry of an operator of the catalogue; for generated code}
     *
     * @param catalogueIndex a constant of {@link dev.keyway.schema.Schemas.Index}
     */
    public abstract Operator operator(int catalogueIndex);

    /**
     * {@return the operator with this qualified name}
     *
     * @param qualifiedName name and overload, {@code add.Tensor}; with the namespace where it is
     *     not {@code aten}
     * @throws KeywayException when there is none, naming close ones
     */
    public abstract Operator operator(String qualifiedName);

    /** {@return all operators, catalogue first} */
    public abstract List<Operator> operators();

    /**
     * {@return the usable devices, best first; a snapshot, which plugins that come and go do not
     * change}
     */
    public abstract List<Device> devices();

    /** {@return every device that a plugin named, usable or not, with the reason} Best first. */
    public abstract List<DeviceStatus> deviceStatus();

    /**
     * The device for a wish, which is one of
     *
     * <ul>
     *   <li>a name: {@code cpu} is the best of the type, {@code cpu:0} the one listed so. Where
     *       several plugins or versions have a type in common, the later one's devices are numbered
     *       on; {@code cpu@2.0.0}, {@code cpu@org.acme} and {@code cpu:0@org.acme:2.0.0} are those
     *       of a plugin, as it numbers them
     *   <li>{@code auto}: the highest rank
     *   <li>{@code fastest}: the shortest time for a small measurement, which is kept for each
     *       plugin version and device
     *   <li>{@code deterministic}: the highest rank of those whose results are the same in every
     *       run, see {@link dev.keyway.spi.DeviceDriver#isDeterministic}
     *   <li>{@code cpu-only}: the highest rank of those that compute on the host
     *   <li>{@code file:PATH}: what the first line of the file says that is not empty and does not
     *       begin with {@code #}
     * </ul>
     *
     * @param wish a name, {@code cpu:0}, or a policy
     * @return the device, open
     * @throws DeviceException when there is none or it is not usable, with the reason and what
     *     there is
     */
    public abstract Device device(String wish);

    /**
     * The device that {@link KeywayBuilder#device} or {@code KEYWAY_DEVICE} asks for, else the best
     * one.
     *
     * @return the device, open
     * @throws DeviceException when that one, or any, is not usable, with the reason and the remedy
     */
    public abstract Device device();

    /**
     * As {@link #device(String)}, with the reasons.
     *
     * @param wish a name, {@code cpu:0}, or a policy
     * @return the choice
     */
    public abstract DeviceChoice choose(String wish);

    /**
     * As {@link #device()}, with the reasons.
     *
     * @return the choice
     */
    public abstract DeviceChoice choose();

    /**
     * Adds a backend while the runtime is open: its kernels and the devices that open. Closing the
     * registration waits for running calls, closes the devices and lets go of the backend; tensors
     * on them answer with a {@link PluginException} from then on.
     *
     * @param backend the kernels and devices
     * @param plugin who brings it
     * @return takes it back when closed
     * @throws RuntimeException what the backend's {@code register} or {@code probe} throws, or a
     *     {@link PluginException} when they don't return in time or answer nonsense; then nothing
     *     was added
     */
    public abstract Registration register(Backend backend, PluginInfo plugin);

    /**
     * Adds kernels for a device type that another plugin brings, now or later; closing the
     * registration re-exposes what they covered.
     *
     * @param provider the kernels
     * @param plugin who brings it
     * @return takes it back when closed
     */
    public abstract Registration register(KernelProvider provider, PluginInfo plugin);

    /**
     * Adds an operator of a plugin; closing the registration removes it. A newer version of the
     * same plugin may bring the operator again, and covers it until it is closed.
     *
     * @param definition the operator
     * @param plugin who brings it
     * @return takes it back when closed
     * @throws KeywayException when Keyway or another plugin has an operator of this name
     */
    public abstract Registration register(OperatorDefinition definition, PluginInfo plugin);

    /**
     * A tensor on the device with a copy of the data, which the caller owns and closes.
     *
     * @param device where to put it
     * @param data the elements in row-major order; copied
     * @param sizes their product is the length of the data
     * @return the tensor; close it
     * @throws ArgumentException when it is not
     * @throws OutOfMemoryException when the device has no room
     * @throws PluginException when the device has left
     */
    public abstract Tensor tensor(Device device, float[] data, long... sizes);

    /**
     * As {@link #tensor(Device, float[], long...)}, f64.
     *
     * @param device where to put it
     * @param data the elements in row-major order; copied
     * @param sizes the shape; their product is the number of elements
     * @return the tensor; close it
     */
    public abstract Tensor tensor(Device device, double[] data, long... sizes);

    /**
     * As {@link #tensor(Device, float[], long...)}, i32.
     *
     * @param device where to put it
     * @param data the elements in row-major order; copied
     * @param sizes the shape; their product is the number of elements
     * @return the tensor; close it
     */
    public abstract Tensor tensor(Device device, int[] data, long... sizes);

    /**
     * As {@link #tensor(Device, float[], long...)}, i64.
     *
     * @param device where to put it
     * @param data the elements in row-major order; copied
     * @param sizes the shape; their product is the number of elements
     * @return the tensor; close it
     */
    public abstract Tensor tensor(Device device, long[] data, long... sizes);

    /**
     * As {@link #tensor(Device, float[], long...)}, bool.
     *
     * @param device where to put it
     * @param data the elements in row-major order; copied
     * @param sizes the shape; their product is the number of elements
     * @return the tensor; close it
     */
    public abstract Tensor tensor(Device device, boolean[] data, long... sizes);

    /**
     * A tensor of any dtype from row-major bytes in the machine's byte order; copies them.
     *
     * @param device where to put it
     * @param dtype the element type
     * @param data the elements in row-major order; copied
     * @param sizes the shape; their product is the number of elements
     * @return the tensor; close it
     */
    public abstract Tensor tensor(Device device, DType dtype, MemorySegment data, long... sizes);

    /** {@return the generator that random operators use when they are given none} */
    public abstract Generator generator();

    /**
     * Seeds {@link #generator()}.
     *
     * @param seed the key of the sequence; any number
     */
    public void manualSeed(long seed) {
        generator().manualSeed(seed);
    }

    /**
     * Operators called on this thread inside the scope record no graph. Close the scope on the same
     * thread; scopes nest.
     *
     * @return undoes it when closed
     */
    public abstract Scope noGrad();

    /** {@return the opposite of {@link #noGrad()}} */
    public abstract Scope enableGrad();

    /** {@return whether the calling thread records gradients} */
    public abstract boolean isGradEnabled();

    /**
     * Runs code that calls operators, and computes pointwise ones together: the elements pass
     * through all of them while they are in the processor's cache or registers, instead of going to
     * memory and back for each. Results, gradients and errors are those of the same code outside,
     * to the bit.
     *
     * <p>A pointwise operator is put off when the plugin that would serve it computes chains, and
     * there are enough elements for it to pay; a result may then not have been written yet, which
     * nobody can observe: before any other kernel of this thread runs, before elements are read,
     * and at the end, everything is computed that is still open. All other operators run when they
     * are called. {@link #explain} called inside says which it is, and {@link Observer#fused} what
     * was computed together. Nothing is kept between two calls: the code may do other things each
     * time.
     *
     * <p>What the code makes and does not return is closed at the end, also when it fails;
     * intermediate tensors need no {@code close}, and are not even written. Tensors of the code
     * belong to its thread until then, and tensors that it reads must not be changed by others.
     * Calls nest; the outermost one computes.
     *
     * @param code makes the result
     * @return what the code returns
     * @throws KeywayException when a tensor that is still to be read was changed past the operators
     */
    public abstract Tensor fuse(Supplier<Tensor> code);

    /**
     * Sets the fallback policy of the calling thread until the scope is closed, on that thread.
     * Other threads keep theirs.
     *
     * @param policy what to do where the device has no kernel
     * @return undoes it when closed
     */
    public abstract Scope fallback(FallbackPolicy policy);

    /** {@return what fell back so far} */
    public abstract List<FallbackRecord> fallbackLedger();

    /** {@return bytes and number of copies that layout and dtype adaptation made so far} */
    public abstract AdaptationStatistics adaptations();

    /**
     * How a call of the operator with these arguments would be dispatched, and why. Nothing is
     * computed.
     *
     * @param operator qualified name
     * @param attributes the arguments that are no tensors
     * @param arguments the tensor arguments
     * @return keys, winner and candidates
     * @throws ArgumentException as the call itself would for arguments that it does not take
     */
    public abstract Explanation explain(
            String operator, Attributes attributes, Tensor... arguments);

    /**
     * How the operator is served on the device for the dtype, without arguments.
     *
     * @param operator qualified name
     * @param device the device that would compute
     * @param dtype the compute dtype
     * @return keys, winner and candidates
     */
    public abstract Explanation explain(String operator, Device device, DType dtype);

    /**
     * Registers an observer of calls; closing the scope removes it.
     *
     * @param observer called on the thread of each call; must be fast and safe for any thread
     * @return undoes it when closed
     */
    public abstract Scope observe(Observer observer);

    /** {@return the plugins that brought backends, kernels or operators, in the order they came} */
    public abstract List<PluginInfo> plugins();

    /** {@return number of threads that kernels use} */
    public abstract int threads();

    /**
     * Waits for running calls, closes devices, plugins and workers. Tensors become unusable: their
     * use throws a {@link KeywayException} that says so, closing them does nothing. Idempotent; not
     * to be called from a kernel or an observer.
     */
    @Override
    public abstract void close();
}
