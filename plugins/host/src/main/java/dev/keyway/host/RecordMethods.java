// SPDX-License-Identifier: Apache-2.0
package dev.keyway.host;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Proxy;
import java.lang.runtime.ObjectMethods;

/**
 * Makes the JDK let go of the records of plugins that left. {@link ObjectMethods}, which generates
 * a record's methods when they are first called, adapts a few handles of its own to the record's
 * types, and each of these handles remembers its last adaptation softly: by it the plugin's class
 * loader, until memory is short or a record of another loader takes the place. So one does here.
 */
final class RecordMethods {
    private RecordMethods() {}

    /** Puts a class of a loader that nobody needs where a plugin's may be. */
    static void forgetPlugins() {
        Class<?> any =
                Proxy.newProxyInstance(
                                new ClassLoader(RecordMethods.class.getClassLoader()) {},
                                new Class<?>[] {Runnable.class},
                                (_, _, _) -> null)
                        .getClass();
        MethodHandle component = MethodHandles.identity(any);
        MethodHandles.Lookup lookup = MethodHandles.lookup();
        for (String method : new String[] {"equals", "hashCode", "toString"}) {
            generate(lookup, method, any, component);
        }
    }

    private static void generate(
            MethodHandles.Lookup lookup, String method, Class<?> type, MethodHandle component) {
        try {
            ObjectMethods.bootstrap(
                    lookup, method, MethodHandle.class, type, "component", component);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("generating " + method + " of a record failed", e);
        }
    }
}
