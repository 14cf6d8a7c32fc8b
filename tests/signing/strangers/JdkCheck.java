// Asks the JDK's own XML signature code, in its secure mode, about unpacked containers: one line "true" or "false" each.
// Run as: java JdkCheck.java FOLDER…

import java.io.FileInputStream;
import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.security.cert.CertificateFactory;
import java.util.Base64;
import javax.xml.crypto.Data;
import javax.xml.crypto.OctetStreamData;
import javax.xml.crypto.URIDereferencer;
import javax.xml.crypto.URIReference;
import javax.xml.crypto.XMLCryptoContext;
import javax.xml.crypto.dsig.XMLSignatureFactory;
import javax.xml.crypto.dsig.dom.DOMValidateContext;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

public class JdkCheck {
    static final String DS = "http://www.w3.org/2000/09/xmldsig#";
    static final String XADES = "http://uri.etsi.org/01903/v1.3.2#";

    public static void main(String[] folders) throws Exception {
        for (String folder : folders) {
            System.out.println(isValid(Path.of(folder)));
        }
    }

    static boolean isValid(Path folder) throws Exception {
        DocumentBuilderFactory parsers = DocumentBuilderFactory.newInstance();
        parsers.setNamespaceAware(true);
        Document document = parsers.newDocumentBuilder().parse(folder.resolve("META-INF/signatures0.xml").toFile());
        Element signature = (Element) document.getElementsByTagNameNS(DS, "Signature").item(0);
        Element properties = (Element) document.getElementsByTagNameNS(XADES, "SignedProperties").item(0);
        String encoded = document.getElementsByTagNameNS(DS, "X509Certificate").item(0).getTextContent();
        var certificate = CertificateFactory.getInstance("X.509")
            .generateCertificate(new ByteArrayInputStream(Base64.getDecoder().decode(encoded)));

        DOMValidateContext context = new DOMValidateContext(certificate.getPublicKey(), signature);
        context.setProperty("org.jcp.xml.dsig.secureValidation", Boolean.TRUE);
        context.setIdAttributeNS(properties, null, "Id");
        XMLSignatureFactory factory = XMLSignatureFactory.getInstance("DOM");
        context.setURIDereferencer(new Payload(folder, factory.getURIDereferencer()));
        return factory.unmarshalXMLSignature(context).validate(context);
    }

    // Secure mode opens no files by itself; these are the files of the container.
    record Payload(Path folder, URIDereferencer inside) implements URIDereferencer {
        public Data dereference(URIReference reference, XMLCryptoContext context)
                throws javax.xml.crypto.URIReferenceException {
            if (reference.getURI().startsWith("#")) {
                return inside.dereference(reference, context);
            }
            try {
                return new OctetStreamData(new FileInputStream(folder.resolve(reference.getURI()).toFile()));
            } catch (java.io.IOException error) {
                throw new javax.xml.crypto.URIReferenceException(error);
            }
        }
    }
}
