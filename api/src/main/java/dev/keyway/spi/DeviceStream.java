// SPDX-License-Identifier: Apache-2.0
package dev.keyway.spi;

/** A vendor's in-order queue. Methods may be called by any thread. */
public interface DeviceStream extends AutoCloseable {
    /** The stream of devices whose kernels have finished when {@code run} returns. */
    DeviceStream SYNCHRONOUS = new SynchronousStream();

    /** {@return an event behind everything submitted so far} */
    DeviceEvent record();

    /**
     * Later work waits for the event, which may be of another stream of this plugin.
     *
     * @param event of this plugin
     */
    void waitFor(DeviceEvent event);

    /** Blocks until all is finished; throws the error of asynchronous work, once. */
    void synchronize();

    /** Releases the queue after its work. */
    @Override
    void close();

    /** A point in a queue. */
    interface DeviceEvent {
        /** An event that is complete. */
        DeviceEvent COMPLETE =
                new DeviceEvent() {
                    @Override
                    public boolean isComplete() {
                        return true;
                    }

                    @Override
                    public void synchronize() {}
                };

        /** {@return whether the work before it has finished; never blocks} */
        boolean isComplete();

        /** Blocks until complete. */
        void synchronize();
    }
}
