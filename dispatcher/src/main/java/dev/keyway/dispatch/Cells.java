// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch;

import dev.keyway.DType;
import dev.keyway.Tensor;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Arrays;

/**
 * The elements of a tensor as PyTorch writes them: whole numbers of a floating dtype end in a dot,
 * others have four digits behind it, and an exponent where sizes differ by more than 1,000, or one
 * is above 1e8 or below 1e-4. Decimal digits are those of the exact value, rounded half to even.
 *
 * @param text one string for each element
 * @param width of a column; of reals the finite ones decide that are not zero
 */
@SuppressWarnings("ArrayRecordComponent")
record Cells(String[] text, int width) {
    private static final int DIGITS = 4;

    static Cells of(Tensor tensor) {
        if (tensor.dtype().isFloating()) {
            return reals(tensor.toDoubleArray());
        }
        String[] text;
        if (tensor.dtype() == DType.BOOL) {
            boolean[] values = tensor.toBooleanArray();
            text = new String[values.length];
            Arrays.setAll(text, i -> values[i] ? "True" : "False");
        } else {
            text =
                    Arrays.stream(tensor.toLongArray())
                            .mapToObj(Long::toString)
                            .toArray(String[]::new);
        }
        return new Cells(text, Arrays.stream(text).mapToInt(String::length).max().orElse(0));
    }

    private static boolean counts(double value) {
        return value != 0 && Double.isFinite(value);
    }

    private static Cells reals(double[] values) {
        double smallest = Double.POSITIVE_INFINITY;
        double largest = 0;
        boolean whole = true;
        for (double value : values) {
            if (counts(value)) {
                double size = Math.abs(value);
                smallest = Math.min(smallest, size);
                largest = Math.max(largest, size);
                whole &= value == Math.rint(value);
            }
        }
        boolean scientific =
                largest > 0 && (largest / smallest > 1000 || largest > 1e8 || smallest < 1e-4);
        String[] text = new String[values.length];
        int width = 1;
        for (int i = 0; i < text.length; i++) {
            text[i] = real(values[i], scientific, whole);
            width = counts(values[i]) ? Math.max(width, text[i].length()) : width;
        }
        return new Cells(text, width);
    }

    private static String real(double value, boolean scientific, boolean whole) {
        if (Double.isNaN(value)) {
            return "nan";
        }
        if (Double.isInfinite(value)) {
            return value > 0 ? "inf" : "-inf";
        }
        String sign = 1 / value < 0 || value < 0 ? "-" : "";
        BigDecimal size = new BigDecimal(Math.abs(value));
        if (scientific) {
            return sign + exponent(size);
        }
        return whole
                ? sign + size.toBigInteger() + "."
                : sign + size.setScale(DIGITS, RoundingMode.HALF_EVEN).toPlainString();
    }

    private static String exponent(BigDecimal size) {
        if (size.signum() == 0) {
            return "0." + "0".repeat(DIGITS) + "e+00";
        }
        BigDecimal rounded = size.round(new MathContext(DIGITS + 1, RoundingMode.HALF_EVEN));
        int power = rounded.precision() - rounded.scale() - 1;
        String digits = rounded.unscaledValue().toString();
        digits += "0".repeat(Math.max(0, DIGITS + 1 - digits.length()));
        String magnitude = Integer.toString(Math.abs(power));
        return digits.charAt(0)
                + "."
                + digits.substring(1, DIGITS + 1)
                + (power < 0 ? "e-" : "e+")
                + (magnitude.length() < 2 ? "0" : "")
                + magnitude;
    }
}
