// Asks Apache Santuario about unpacked containers: one line "true" or "false" each.
// Run as: java -cp xmlsec.jar:… SantuarioCheck.java FOLDER…

import java.nio.file.Files;
import java.nio.file.Path;
import javax.xml.parsers.DocumentBuilderFactory;
import org.apache.xml.security.Init;
import org.apache.xml.security.signature.XMLSignature;
import org.apache.xml.security.signature.XMLSignatureInput;
import org.apache.xml.security.utils.resolver.ResourceResolverContext;
import org.apache.xml.security.utils.resolver.ResourceResolverSpi;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

public class SantuarioCheck {
    static final String DS = "http://www.w3.org/2000/09/xmldsig#";
    static final String XADES = "http://uri.etsi.org/01903/v1.3.2#";

    public static void main(String[] folders) throws Exception {
        Init.init();
        for (String folder : folders) {
            System.out.println(isValid(Path.of(folder)));
        }
    }

    static boolean isValid(Path folder) throws Exception {
        DocumentBuilderFactory parsers = DocumentBuilderFactory.newInstance();
        parsers.setNamespaceAware(true);
        Document document = parsers.newDocumentBuilder().parse(folder.resolve("META-INF/signatures0.xml").toFile());
        Element properties = (Element) document.getElementsByTagNameNS(XADES, "SignedProperties").item(0);
        properties.setIdAttributeNS(null, "Id", true);
        Element element = (Element) document.getElementsByTagNameNS(DS, "Signature").item(0);
        XMLSignature signature = new XMLSignature(element, "", true);
        signature.addResourceResolver(new Payload(folder));
        return signature.checkSignatureValue(signature.getKeyInfo().getX509Certificate());
    }

    // The files of the container, which secure mode does not open by itself.
    static class Payload extends ResourceResolverSpi {
        final Path folder;

        Payload(Path folder) {
            this.folder = folder;
        }

        @Override
        public boolean engineCanResolveURI(ResourceResolverContext context) {
            return !context.uriToResolve.startsWith("#");
        }

        @Override
        public XMLSignatureInput engineResolveURI(ResourceResolverContext context) {
            try {
                return new XMLSignatureInput(Files.readAllBytes(folder.resolve(context.uriToResolve)));
            } catch (java.io.IOException error) {
                throw new java.io.UncheckedIOException(error);
            }
        }
    }
}
