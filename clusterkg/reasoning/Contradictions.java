import java.io.File;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.semanticweb.HermiT.Reasoner;
import org.semanticweb.owlapi.apibinding.OWLManager;
import org.semanticweb.owlapi.model.AxiomType;
import org.semanticweb.owlapi.model.OWLAxiom;
import org.semanticweb.owlapi.model.OWLDatatype;
import org.semanticweb.owlapi.model.OWLDatatypeDefinitionAxiom;
import org.semanticweb.owlapi.model.OWLDifferentIndividualsAxiom;
import org.semanticweb.owlapi.model.OWLDisjointClassesAxiom;
import org.semanticweb.owlapi.model.OWLLogicalAxiom;
import org.semanticweb.owlapi.model.OWLOntology;
import org.semanticweb.owlapi.model.OWLOntologyManager;

/**
 * Prints smallest sets of axioms that contradict one another: a number, a tab, an axiom in functional syntax a line.
 *
 * <p>Arguments: the file with everything, the file with what was written (not derived), how many sets at most.
 * A set is found by QuickXplain (Junker 2004): first the statements about things, then the axioms about terms
 * that clash with these. The sets share no statement.
 */
public class Contradictions {

    private static final OWLOntologyManager MANAGER = OWLManager.createOWLOntologyManager();
    private static final Set<OWLAxiom> ALWAYS = new HashSet<OWLAxiom>();

    public static void main(String[] arguments) throws Exception {
        PrintStream out = new PrintStream(System.out, true, "UTF-8");
        OWLOntology everything = MANAGER.loadOntologyFromOntologyDocument(new File(arguments[0]));
        OWLOntology told = OWLManager.createOWLOntologyManager().loadOntologyFromOntologyDocument(new File(arguments[1]));
        int most = Integer.parseInt(arguments[2]);

        List<OWLAxiom> terms = new ArrayList<OWLAxiom>();
        List<OWLAxiom> statements = new ArrayList<OWLAxiom>();
        List<OWLAxiom> derived = new ArrayList<OWLAxiom>();
        ALWAYS.addAll(everything.getAxioms(AxiomType.DECLARATION));
        // HermiT fails on a named datatype whose definition is missing, so definitions are never left out.
        ALWAYS.addAll(everything.getAxioms(AxiomType.DATATYPE_DEFINITION));
        for (OWLLogicalAxiom axiom : everything.getLogicalAxioms()) {
            if (axiom instanceof OWLDisjointClassesAxiom) {
                // In pairs, so that only the two classes in play are named.
                terms.addAll(((OWLDisjointClassesAxiom) axiom).asPairwiseAxioms());
            } else if (axiom instanceof OWLDifferentIndividualsAxiom) {
                terms.addAll(((OWLDifferentIndividualsAxiom) axiom).asPairwiseAxioms());
            } else if (!AxiomType.ABoxAxiomTypes.contains(axiom.getAxiomType())) {
                if (!ALWAYS.contains(axiom)) {
                    terms.add(axiom);
                }
            } else {
                (told.containsAxiom(axiom) ? statements : derived).add(axiom);
            }
        }
        sort(terms);
        sort(statements);
        sort(derived);
        if (consistent(terms, statements)) {
            statements.addAll(derived);
        }
        for (int number = 1; number <= most && !consistent(terms, statements); number++) {
            List<OWLAxiom> clash = smallest(terms, statements);
            List<OWLAxiom> behind = smallest(clash, terms);
            List<OWLAxiom> inPlay = join(clash, behind);
            inPlay.addAll(definitions(inPlay));
            for (OWLAxiom axiom : inPlay) {
                out.println(number + "\t" + axiom.toString().replaceAll("\\s+", " "));
            }
            if (clash.isEmpty()) {
                break;
            }
            statements.removeAll(clash);
        }
    }

    /** Returns a smallest part of the candidates that contradicts the background. */
    private static List<OWLAxiom> smallest(List<OWLAxiom> background, List<OWLAxiom> candidates) throws Exception {
        return consistent(background, Collections.<OWLAxiom>emptyList())
            ? smallest(background, false, candidates)
            : Collections.<OWLAxiom>emptyList();
    }

    private static List<OWLAxiom> smallest(List<OWLAxiom> background, boolean grown, List<OWLAxiom> candidates)
            throws Exception {
        if (grown && !consistent(background, Collections.<OWLAxiom>emptyList())) {
            return Collections.emptyList();
        }
        if (candidates.size() <= 1) {
            return candidates;
        }
        List<OWLAxiom> first = candidates.subList(0, candidates.size() / 2);
        List<OWLAxiom> second = candidates.subList(candidates.size() / 2, candidates.size());
        List<OWLAxiom> ofSecond = smallest(join(background, first), true, second);
        List<OWLAxiom> ofFirst = smallest(join(background, ofSecond), !ofSecond.isEmpty(), first);
        return join(ofFirst, ofSecond);
    }

    private static boolean consistent(List<OWLAxiom> some, List<OWLAxiom> others) throws Exception {
        Set<OWLAxiom> axioms = new HashSet<OWLAxiom>(ALWAYS);
        axioms.addAll(some);
        axioms.addAll(others);
        OWLOntology ontology = MANAGER.createOntology(axioms);
        Reasoner reasoner = new Reasoner(ontology);
        try {
            return reasoner.isConsistent();
        } finally {
            reasoner.dispose();
            MANAGER.removeOntology(ontology);
        }
    }

    private static List<OWLAxiom> join(List<OWLAxiom> some, List<OWLAxiom> others) {
        List<OWLAxiom> both = new ArrayList<OWLAxiom>(some);
        both.addAll(others);
        return both;
    }

    /** Returns the definitions of the named datatypes that some axioms mention. */
    private static List<OWLAxiom> definitions(List<OWLAxiom> axioms) {
        Set<OWLDatatype> mentioned = new HashSet<OWLDatatype>();
        for (OWLAxiom axiom : axioms) {
            mentioned.addAll(axiom.getDatatypesInSignature());
        }
        List<OWLAxiom> found = new ArrayList<OWLAxiom>();
        for (OWLAxiom axiom : ALWAYS) {
            if (axiom instanceof OWLDatatypeDefinitionAxiom
                    && mentioned.contains(((OWLDatatypeDefinitionAxiom) axiom).getDatatype())) {
                found.add(axiom);
            }
        }
        sort(found);
        return found;
    }

    private static void sort(List<OWLAxiom> axioms) {
        Collections.sort(axioms, new Comparator<OWLAxiom>() {
            public int compare(OWLAxiom one, OWLAxiom other) {
                return one.toString().compareTo(other.toString());
            }
        });
    }
}
