// SPDX-License-Identifier: Apache-2.0
package dev.keyway;

/**
 * A counter-based random number generator (Philox 4x32-10; Salmon et al., "Parallel Random Numbers:
 * As Easy as 1, 2, 3", SC 2011). Its whole state is a seed and a block offset: element i of a call
 * takes block {@code offset + i/4}, word {@code i%4}; a call for n elements advances by {@code
 * ceil(n/4)}. Safe for any thread, though the order of calls decides the numbers.
 */
public final class Generator {
    private long seed;
    private long offset;

    /**
     * Starts at block 0 of the seed's sequence.
     *
     * @param seed the key of the sequence; any number
     */
    public Generator(long seed) {
        this.seed = seed;
    }

    /**
     * Restarts at block 0 of the seed's sequence.
     *
     * @param newSeed the key of the sequence; any number
     */
    public synchronized void manualSeed(long newSeed) {
        seed = newSeed;
        offset = 0;
    }

    /** {@return the seed} */
    public synchronized long seed() {
        return seed;
    }

    /** {@return the next block} */
    public synchronized long offset() {
        return offset;
    }

    /**
     * Restores a saved state.
     *
     * @param newSeed the key of the sequence; any number
     * @param newOffset the next block
     */
    public synchronized void setState(long newSeed, long newOffset) {
        seed = newSeed;
        offset = newOffset;
    }

    /**
     * Takes the blocks for {@code numel} elements: seed and first block.
     *
     * @param numel how many random elements a call draws
     * @return seed and first block
     */
    public synchronized State reserve(long numel) {
        State state = new State(seed, offset);
        offset += (numel + 3) / 4;
        return state;
    }

    /**
     * A position in a sequence.
     *
     * @param seed the Philox key
     * @param offset the first block
     */
    public record State(long seed, long offset) {}
}
