// SPDX-License-Identifier: Apache-2.0
package dev.keyway.codegen;

import dev.keyway.schema.OperatorSchema;
import java.util.List;

/**
 * An operator with what its schema file says about it.
 *
 * @param schema its signature
 * @param text the lines marked {@code ##} above the signature, without the mark
 * @param file the name of the schema file
 */
record Documented(OperatorSchema schema, List<String> text, String file) {
    /**
     * The family, after which a section of the dictionary is named: the file without its ending.
     */
    String family() {
        return file.substring(0, file.length() - SchemaFiles.ENDING.length());
    }

    /** Where somebody who mends the documentation has to look. */
    String place() {
        return "operator " + schema.qualifiedName() + " in " + file;
    }
}
