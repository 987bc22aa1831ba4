// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch;

import dev.keyway.KeywayException;
import dev.keyway.Operator;
import dev.keyway.Tensor;
import dev.keyway.attributes.ToDeviceAttributes;
import dev.keyway.operator.OperatorDefinition;
import dev.keyway.operator.OperatorFamily;
import dev.keyway.schema.OperatorSchema;
import dev.keyway.schema.Schemas;
import dev.keyway.spi.Registration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.concurrent.ConcurrentHashMap;

/** The operators of one runtime: the catalogue's by index, all by name. */
final class OperatorTable {
    private final KeywayRuntime runtime;
    private final OperatorImpl[] catalogue;
    private final Map<String, OperatorImpl> byName = new ConcurrentHashMap<>();
    private final List<OperatorImpl> all = new ArrayList<>();

    OperatorTable(KeywayRuntime runtime) {
        this.runtime = runtime;
        List<OperatorSchema> schemas = Schemas.all();
        for (OperatorFamily family :
                ServiceLoader.load(OperatorFamily.class, OperatorTable.class.getClassLoader())) {
            for (OperatorDefinition definition : family.definitions()) {
                add(complete(definition));
            }
        }
        catalogue = new OperatorImpl[schemas.size()];
        for (int i = 0; i < catalogue.length; i++) {
            OperatorImpl operator = byName.get(schemas.get(i).qualifiedName());
            if (operator == null) {
                throw new KeywayException("operator " + schemas.get(i) + " has no definition");
            }
            catalogue[i] = operator;
        }
    }

    /** Copies between devices are the core's: no backend knows another. */
    private OperatorDefinition complete(OperatorDefinition definition) {
        if (definition.schema() != Schemas._TO_DEVICE) {
            return definition;
        }
        return definition.compositeSingle(
                (context, inputs) -> {
                    var target = (DeviceImpl) context.attributes(ToDeviceAttributes.class).device();
                    Tensor self = java.util.Objects.requireNonNull(inputs[0]);
                    return HostCopies.transfer((TensorImpl) self, target);
                });
    }

    private OperatorImpl add(OperatorDefinition definition) {
        OperatorImpl operator = new OperatorImpl(runtime, definition);
        String name = definition.schema().qualifiedName();
        if (byName.putIfAbsent(name, operator) != null) {
            throw new KeywayException("operator " + name + " is defined twice");
        }
        synchronized (all) {
            all.add(operator);
        }
        return operator;
    }

    /** Adds a plugin's operator. */
    Registration register(OperatorDefinition definition) {
        OperatorImpl operator = add(definition);
        return () -> {
            if (byName.remove(definition.schema().qualifiedName(), operator)) {
                synchronized (all) {
                    all.remove(operator);
                }
                runtime.threads.drain();
            }
        };
    }

    /** At the index of {@code Schemas.Index}; not to be changed. */
    OperatorImpl[] catalogue() {
        return catalogue;
    }

    OperatorImpl get(String name) {
        OperatorImpl operator = byName.get(name);
        if (operator == null) {
            List<String> close =
                    byName.keySet().stream()
                            .filter(
                                    n ->
                                            n.startsWith(
                                                    name.substring(0, Math.min(2, name.length()))))
                            .sorted()
                            .limit(8)
                            .toList();
            throw new KeywayException(
                    "unknown operator '"
                            + name
                            + "'"
                            + (close.isEmpty() ? "" : "; similar names: " + close));
        }
        return operator;
    }

    List<Operator> all() {
        synchronized (all) {
            return List.copyOf(all);
        }
    }

    void invalidate(BackendEntry entry) {
        synchronized (all) {
            all.forEach(operator -> operator.invalidate(entry));
        }
    }
}
