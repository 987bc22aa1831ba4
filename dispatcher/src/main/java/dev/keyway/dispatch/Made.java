// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch;

import dev.keyway.Tensor;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The handles that the thread made while code runs that is written with operators: a composite or a
 * gradient formula. When such code fails it returns nothing, so whatever it made is closed; it need
 * not guard each step itself. Handles that autograd keeps for a graph are not among them. Pieces of
 * code nest; one thread uses it.
 */
public final class Made {
    private @Nullable TensorImpl[] handles = new @Nullable TensorImpl[16];
    private int count;
    private int depth;

    Made() {}

    /**
     * Code begins.
     *
     * @return what {@link #end} and {@link #fail} take
     */
    public int begin() {
        depth++;
        return count;
    }

    /** Notes a handle, where code runs. */
    void add(TensorImpl handle) {
        if (depth > 0) {
            if (count == handles.length) {
                handles = Arrays.copyOf(handles, 2 * count);
            }
            handles[count++] = handle;
        }
    }

    /** The code succeeded; what it left open may still be of code around it. */
    public void end(int mark) {
        depth--;
        int kept = mark;
        for (int i = mark; i < count && depth > 0; i++) {
            TensorImpl handle = handles[i];
            if (handle != null && !handle.isClosed()) {
                handles[kept++] = handle;
            }
        }
        Arrays.fill(handles, kept, count, null);
        count = kept;
    }

    /** Closes what the code made but for one tensor, which stays noted. */
    void closeAllBut(int mark, Tensor kept) {
        for (int i = count - 1; i >= mark; i--) {
            TensorImpl handle = handles[i];
            if (handle != null && handle != kept) {
                handle.close();
            }
        }
    }

    /** The code failed with the error; closes what it made. */
    public void fail(int mark, Throwable error) {
        for (int i = count - 1; i >= mark; i--) {
            TensorImpl handle = handles[i];
            try {
                if (handle != null) {
                    handle.close();
                }
            } catch (RuntimeException e) {
                error.addSuppressed(e);
            }
        }
        depth--;
        Arrays.fill(handles, mark, count, null);
        count = mark;
    }

    /**
     * What is made from here on outlives the code.
     *
     * @return what {@link #resume} takes
     */
    int pause() {
        int before = depth;
        depth = 0;
        return before;
    }

    /** Ends what {@link #pause} began. */
    void resume(int before) {
        depth = before;
    }
}
