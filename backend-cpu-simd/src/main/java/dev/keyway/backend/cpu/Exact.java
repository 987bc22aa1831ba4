// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.ShortVector;

/**
 * The classes of vectors of the preferred width. A loaded vector has no exact class for the
 * compiler while it looks for what to inline: without a cast its methods are virtual calls then,
 * and where the JVM's profile doesn't name one class, vectors are objects. Arithmetic gives exact
 * classes.
 */
public final class Exact {
    /** Of f32. */
    public static final Class<? extends FloatVector> FLOATS =
            FloatVector.zero(FloatVector.SPECIES_PREFERRED).getClass();

    /** Of f64. */
    public static final Class<? extends DoubleVector> DOUBLES =
            DoubleVector.zero(DoubleVector.SPECIES_PREFERRED).getClass();

    /** Of i32. */
    public static final Class<? extends IntVector> INTS =
            IntVector.zero(IntVector.SPECIES_PREFERRED).getClass();

    /** Of i64. */
    public static final Class<? extends LongVector> LONGS =
            LongVector.zero(LongVector.SPECIES_PREFERRED).getClass();

    /** Of i16. */
    public static final Class<? extends ShortVector> SHORTS =
            ShortVector.zero(ShortVector.SPECIES_PREFERRED).getClass();

    private Exact() {}
}
