// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FailureKindTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    result 0: element [14] is 0.0, expected 1.5 within 0.0            | result 0: element: another number
                    result 0: element [] is -3.0E8, expected 7.0 within 1.0E-7        | result 0: element: another number
                    result 1: element [3, 2] is 4, expected 5                         | result 1: element: another number
                    self: element [0] is 0.0, expected NaN within 0.0                 | self: element: NaN is lost
                    result 0: element [0] is NaN, expected 2.0 within 0.0             | result 0: element: NaN from nowhere
                    result 1: shape is [2, 3], expected [3, 2]                        | result 1: shape is #, expected #
                    result 0: dtype is f32, expected i64                              | result 0: dtype is f32, expected i64
                    gradient of 'self' at [14] is 0.625, differences give 0.0         | gradient of 'self' at: another number
                    gradient of 'self' at [] is NaN, differences give 1.0             | gradient of 'self' at: NaN from nowhere
                    the version stayed 4; a change in place adds one                  | the version stayed #; a change in place adds one
                    returned 2 tensors, expected 3                                    | returned # tensors, expected #
                    ArgumentException: mm: self has shape [2, 3]                      | ArgumentException
                    """)
    void saysInWhichWayACheckFails(String problem, String kind) {
        assertEquals(kind, FailureKind.of(problem));
    }
}
