// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch;

import dev.keyway.DType;
import dev.keyway.Device;
import dev.keyway.Observer;
import dev.keyway.Operator;
import dev.keyway.Scope;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** The observers of one runtime. */
final class Observers implements Observer {
    private final List<Observer> all = new CopyOnWriteArrayList<>();
    private volatile boolean any;

    /** Whether there is one. */
    boolean any() {
        return any;
    }

    synchronized Scope add(Observer observer) {
        all.add(observer);
        any = true;
        return () -> remove(observer);
    }

    private synchronized void remove(Observer observer) {
        all.remove(observer);
        any = !all.isEmpty();
    }

    @Override
    public void before(Operator operator, Device device, DType computeDType) {
        if (any) {
            all.forEach(observer -> observer.before(operator, device, computeDType));
        }
    }

    @Override
    public void after(Operator operator, Device device, DType computeDType) {
        if (any) {
            all.forEach(observer -> observer.after(operator, device, computeDType));
        }
    }

    @Override
    public void fused(List<Operator> operators, Device device) {
        if (any) {
            all.forEach(observer -> observer.fused(operators, device));
        }
    }

    @Override
    public void hostSync(Device device) {
        if (any) {
            all.forEach(observer -> observer.hostSync(device));
        }
    }
}
