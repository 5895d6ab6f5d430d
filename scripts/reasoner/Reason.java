import java.io.File;
import java.util.Set;
import java.util.TreeSet;
import org.semanticweb.HermiT.Configuration;
import org.semanticweb.HermiT.ReasonerFactory;
import org.semanticweb.owlapi.apibinding.OWLManager;
import org.semanticweb.owlapi.model.OWLOntology;
import org.semanticweb.owlapi.profiles.OWL2DLProfile;
import org.semanticweb.owlapi.profiles.OWLProfileViolation;
import org.semanticweb.owlapi.reasoner.OWLReasoner;

/**
 * Loads a file and prints, one a line: `axioms <count>`, `profile <violation of OWL 2 DL>`, `inconsistent`, `class <IRI that nothing can be in>`,
 * `property <IRI that can relate nothing>`. No line of the last four sorts means that all is well.
 */
public class Reason {
  public static void main(String[] arguments) throws Exception {
    OWLOntology all = OWLManager.createOWLOntologyManager().loadOntologyFromOntologyDocument(new File(arguments[0]));
    System.out.println("axioms " + all.getAxiomCount());
    Set<String> violations = new TreeSet<>();
    for (OWLProfileViolation violation : new OWL2DLProfile().checkOntology(all).getViolations()) {
      violations.add("profile " + violation.toString().replaceAll("\\s+", " "));
    }
    violations.forEach(System.out::println);

    Configuration configuration = new Configuration();
    configuration.ignoreUnsupportedDatatypes = true; // rdf:JSON and provml:Omitted among the values of the example
    OWLReasoner reasoner = new ReasonerFactory().createReasoner(all, configuration);
    if (!reasoner.isConsistent()) {
      System.out.println("inconsistent");
      return;
    }
    reasoner.getUnsatisfiableClasses().getEntitiesMinusBottom().stream().sorted().forEach(c -> System.out.println("class " + c.getIRI()));
    reasoner.getBottomObjectPropertyNode().getEntitiesMinusBottom().stream().filter(p -> p.isNamed()).forEach(p -> System.out.println("property " + p.getNamedProperty().getIRI()));
    reasoner.getBottomDataPropertyNode().getEntitiesMinusBottom().stream().sorted().forEach(p -> System.out.println("property " + p.getIRI()));
  }
}
