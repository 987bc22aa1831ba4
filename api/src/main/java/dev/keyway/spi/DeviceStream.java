// SPDX-License-Identifier: Apache-2.0
package dev.keyway.spi;

/** A vendor's in-order queue. Methods may be called by any thread. */
public interface DeviceStream extends AutoCloseable {
    /** The stream of devices whose kernels have finished when {@code run} returns. */
    DeviceStream SYNCHRONOUS = new SynchronousStream();

    /** An event behind everything submitted so far. */
    DeviceEvent record();

    /**
     * Later work waits for the event, which is of this backend: of another stream, perhaps of
     * another device. The event may be closed when this returns.
     */
    void waitFor(DeviceEvent event);

    /** Blocks until all is finished; throws the error of asynchronous work, once. */
    void synchronize();

    /** Releases the queue after its work. */
    @Override
    void close();

    /**
     * A point in a queue. Methods may be called by any thread. The runtime closes each event that
     * it got, once, when nobody will ask it any more: complete or not, before or after its stream.
     */
    interface DeviceEvent extends AutoCloseable {
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

        /** Whether the work before it has finished; never blocks. */
        boolean isComplete();

        /** Blocks until complete. An error of the work is the stream's to tell. */
        void synchronize();

        /** Releases what the event holds; does not wait. */
        @Override
        default void close() {}
    }
}
