// SPDX-License-Identifier: Apache-2.0
package dev.keyway.plugins.opencl;

import dev.keyway.DeviceException;
import dev.keyway.plugins.opencl.binding.OpenCl;
import dev.keyway.plugins.opencl.device.DeviceInfo;
import dev.keyway.plugins.opencl.device.OpenClDevice;
import dev.keyway.plugins.opencl.device.Platforms;
import dev.keyway.plugins.opencl.kernel.ConvolutionKernels;
import dev.keyway.plugins.opencl.kernel.CopyKernels;
import dev.keyway.plugins.opencl.kernel.IndexingKernels;
import dev.keyway.plugins.opencl.kernel.MatmulKernels;
import dev.keyway.plugins.opencl.kernel.NetworkKernels;
import dev.keyway.plugins.opencl.kernel.NormalizationKernels;
import dev.keyway.plugins.opencl.kernel.PointwiseKernels;
import dev.keyway.plugins.opencl.kernel.PoolingKernels;
import dev.keyway.plugins.opencl.kernel.ReductionKernels;
import dev.keyway.plugins.opencl.kernel.ScanKernels;
import dev.keyway.plugins.opencl.kernel.SequenceKernels;
import dev.keyway.plugins.opencl.kernel.SortKernels;
import dev.keyway.spi.Backend;
import dev.keyway.spi.DeviceDescription;
import dev.keyway.spi.DeviceDriver;
import dev.keyway.spi.KernelRegistry;
import dev.keyway.spi.Services;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Every device of every OpenCL platform of the machine, numbered in the loader's order. It needs
 * OpenCL 1.2; f64 is there where the device has it.
 */
public final class OpenClBackend implements Backend {
    private static final String REMEDY =
            "install a driver for your device, or one for the processor: apt install"
                    + " pocl-opencl-icd ocl-icd-libopencl1";

    /** Above plain Java, below a CPU backend that is tuned: on PoCL both use the same cores. */
    private static final int RANK = 50;

    private @Nullable OpenCl cl;
    private List<DeviceInfo> devices = List.of();

    /** For {@code META-INF/services}. */
    public OpenClBackend() {}

    @Override
    public String deviceType() {
        return "opencl";
    }

    @Override
    public List<DeviceDescription> probe(Services services) {
        Platforms.Listing found;
        try {
            OpenCl loaded = OpenCl.load();
            cl = loaded;
            found = Platforms.list(loaded.info());
        } catch (DeviceException e) {
            return none(String.valueOf(e.getMessage()));
        } catch (IllegalCallerException e) {
            return List.of(
                    DeviceDescription.unusable(
                            0,
                            "OpenCL",
                            "the JVM does not allow native access: " + e.getMessage(),
                            "start Java with --enable-native-access=ALL-UNNAMED"));
        }
        devices = found.devices();
        List<DeviceDescription> described = describe(found);
        return described.isEmpty()
                ? none("the OpenCL loader finds no device: no driver is installed")
                : described;
    }

    /** Devices in the loader's order, and behind them what does not answer, with the reason. */
    static List<DeviceDescription> describe(Platforms.Listing found) {
        List<DeviceDescription> described = new ArrayList<>();
        for (DeviceInfo device : found.devices()) {
            described.add(describe(described.size(), device));
        }
        for (Platforms.Broken broken : found.broken()) {
            described.add(
                    DeviceDescription.unusable(
                            described.size(),
                            broken.what(),
                            "its driver does not answer: " + broken.reason(),
                            "repair the driver or remove it; the devices of other drivers can be"
                                    + " used meanwhile"));
        }
        return described;
    }

    private static List<DeviceDescription> none(String reason) {
        return List.of(DeviceDescription.unusable(0, "OpenCL", reason, REMEDY));
    }

    private static DeviceDescription describe(int index, DeviceInfo info) {
        String obstacle = info.obstacle();
        return obstacle.isEmpty()
                ? DeviceDescription.usable(index, info.description(), info.version()).withRank(RANK)
                : DeviceDescription.unusable(
                        index, info.description(), obstacle, "update the device's driver");
    }

    @Override
    public DeviceDriver open(int index, Services services) {
        if (cl == null) {
            throw new IllegalStateException("probe comes before open");
        }
        return new OpenClDevice(cl, devices.get(index));
    }

    @Override
    public void register(KernelRegistry registry) {
        PointwiseKernels.register(registry);
        CopyKernels.register(registry);
        ReductionKernels.register(registry);
        MatmulKernels.register(registry);
        IndexingKernels.register(registry);
        ScanKernels.register(registry);
        SortKernels.register(registry);
        SequenceKernels.register(registry);
        ConvolutionKernels.register(registry);
        NormalizationKernels.register(registry);
        PoolingKernels.register(registry);
        NetworkKernels.register(registry);
    }
}
