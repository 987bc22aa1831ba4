// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch;

import dev.keyway.KeywayException;
import dev.keyway.Operator;
import dev.keyway.PluginException;
import dev.keyway.Tensor;
import dev.keyway.attributes.ToDeviceAttributes;
import dev.keyway.operator.OperatorDefinition;
import dev.keyway.operator.OperatorFamily;
import dev.keyway.schema.OperatorSchema;
import dev.keyway.schema.Schemas;
import dev.keyway.spi.PluginInfo;
import dev.keyway.spi.Registration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.concurrent.ConcurrentHashMap;

/** The operators of one runtime: the catalogue's by index, all by name. */
final class OperatorTable {
    private final KeywayRuntime runtime;
    private final OperatorImpl[] catalogue;
    private final Map<String, OperatorImpl> byName = new ConcurrentHashMap<>();

    /** Who brought operators that are gone. */
    private final Map<String, String> left = new ConcurrentHashMap<>();

    /** In the order of their registration; guarded by itself. */
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

    private void add(OperatorDefinition definition) {
        OperatorImpl operator = new OperatorImpl(runtime, definition, null);
        if (byName.putIfAbsent(operator.toString(), operator) != null) {
            throw new KeywayException("operator " + operator + " is defined twice");
        }
        all.add(operator);
    }

    /** Adds a plugin's operator; see {@link dev.keyway.Keyway#register}. */
    Registration register(OperatorDefinition definition, PluginInfo plugin) {
        OperatorImpl operator = new OperatorImpl(runtime, definition, plugin);
        synchronized (all) {
            OperatorImpl present = byName.get(operator.toString());
            if (present != null && !present.isVersionOf(plugin)) {
                throw new KeywayException(
                        "operator "
                                + operator
                                + " of plugin "
                                + plugin
                                + " is there already, from "
                                + (present.plugin() == null
                                        ? "Keyway itself"
                                        : "plugin " + present.plugin())
                                + "; a plugin's operators need a namespace of their own, as in"
                                + " acme::name");
            }
            all.add(operator);
            expose(operator.toString());
        }
        return () -> remove(operator, plugin);
    }

    private void remove(OperatorImpl operator, PluginInfo plugin) {
        synchronized (all) {
            if (!all.remove(operator)) {
                return;
            }
            operator.leave();
            left.put(operator.toString(), plugin.toString());
            expose(operator.toString());
        }
        runtime.threads.drain();
    }

    /** Of several versions of a plugin the newest one's operator is found by name. */
    private void expose(String name) {
        Optional<OperatorImpl> newest =
                all.stream().filter(o -> o.toString().equals(name)).min(OperatorImpl.NEWEST_FIRST);
        newest.ifPresentOrElse(o -> byName.put(name, o), () -> byName.remove(name));
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
            String gone = left.get(name);
            if (gone != null) {
                throw new PluginException("operator " + name + ": plugin " + gone + " has left");
            }
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
            return List.copyOf(all.stream().filter(o -> byName.get(o.toString()) == o).toList());
        }
    }

    /** The plugins that brought operators. */
    List<PluginInfo> plugins() {
        synchronized (all) {
            return all.stream().map(OperatorImpl::plugin).filter(Objects::nonNull).toList();
        }
    }

    void invalidate(BackendEntry entry) {
        synchronized (all) {
            all.forEach(operator -> operator.invalidate(entry));
        }
    }
}
