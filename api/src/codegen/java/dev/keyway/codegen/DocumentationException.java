// SPDX-License-Identifier: Apache-2.0
package dev.keyway.codegen;

/** The schema files or the dictionary of arguments lack documentation; the message says where. */
final class DocumentationException extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    DocumentationException(String message) {
        super(message);
    }
}
