// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance;

import dev.keyway.Device;
import dev.keyway.Keyway;
import dev.keyway.dispatch.AutogradLayer;

import java.util.ServiceLoader;

/** The suite on a backend of ours, found on the class path. */
abstract class BuiltInConformance extends BackendConformance {
    private final String device;

    BuiltInConformance(String device) {
        this.device = device;
    }

    @Override
    protected Keyway open(int threads) {
        return Keyway.builder().threads(threads).open();
    }

    @Override
    protected Device device(Keyway keyway) {
        return keyway.device(device);
    }

    /** Gradients are checked as soon as a layer that records them is on the class path. */
    @Override
    protected ConformanceOptions options() {
        return everything();
    }

    static ConformanceOptions everything() {
        boolean records = ServiceLoader.load(AutogradLayer.Provider.class).findFirst().isPresent();
        ConformanceOptions all = ConformanceOptions.all();
        return records ? all : all.without(Form.GRADIENT);
    }
}
