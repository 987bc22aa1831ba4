// SPDX-License-Identifier: Apache-2.0
package dev.keyway.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.List;
import java.util.jar.Manifest;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;

/** The host gives every bundle the API's packages with the versions that its manifest names. */
class SystemPackagesTest {
    @Test
    void theVersionIsThatOfEveryPackageOfTheApi() throws IOException {
        String type = dev.keyway.Keyway.class.getResource("Keyway.class").toString();
        String root = type.substring(0, type.length() - "dev/keyway/Keyway.class".length());
        List<String> exported;
        try (InputStream in = URI.create(root + "META-INF/MANIFEST.MF").toURL().openStream()) {
            String header = new Manifest(in).getMainAttributes().getValue("Export-Package");
            Matcher clauses =
                    Pattern.compile("(dev\\.keyway[a-z.]*);[^,]*(?:\"[^\"]*\"[^,]*)*")
                            .matcher(header);
            exported = clauses.results().map(clause -> clause.group(1)).toList();
            assertEquals(
                    exported.size(),
                    header.split("version=\"" + SystemPackages.API_VERSION + "\"", -1).length - 1,
                    header);
        }
        assertEquals(7, exported.size(), exported::toString);
        exported.forEach(name -> assertTrue(SystemPackages.isApi(name), name));
    }
}
