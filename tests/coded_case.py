"""A made-up case with everything that the layouts of a coding sheet can hold."""

PREFIXES = """
@prefix basis: <https://w3id.org/clusterkg/concept/chain-basis/> .
@prefix ckg: <https://w3id.org/clusterkg/ontology#> .
@prefix cluster: <https://w3id.org/clusterkg/cluster/> .
@prefix confidence: <https://w3id.org/clusterkg/concept/confidence/> .
@prefix country: <https://w3id.org/clusterkg/country/> .
@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix dim: <https://w3id.org/clusterkg/concept/dimension/> .
@prefix group: <https://w3id.org/clusterkg/concept/sectoral-group/> .
@prefix industry: <https://w3id.org/clusterkg/concept/industry/> .
@prefix isic: <https://w3id.org/clusterkg/concept/isic4/> .
@prefix mode: <https://w3id.org/clusterkg/concept/governance-mode/> .
@prefix scope: <https://w3id.org/clusterkg/concept/market-scope/> .
@prefix sdmx-attribute: <http://purl.org/linked-data/sdmx/2009/attribute#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix source: <https://w3id.org/clusterkg/source/> .
@prefix status: <https://w3id.org/clusterkg/concept/value-status/> .
@prefix study: <https://w3id.org/clusterkg/study/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""

EARLIER = "https://w3id.org/clusterkg/case/demo2020/delta-footwear"
CASE = f"{EARLIER}--1990s"
ANA = "<https://w3id.org/clusterkg/study/demo2020#coding-ana>"
BEN = "<https://w3id.org/clusterkg/study/demo2020#coding-ben>"

CODED = {
    "cases_ttl/clusters/delta-footwear.ttl": """
@base <https://w3id.org/clusterkg/cluster/delta-footwear> .
<> a ckg:Cluster ; skos:prefLabel "Delta footwear"@en ; ckg:country country:BRA ; ckg:industry industry:footwear ;
  ckg:industryClass isic:0119 ; ckg:place <#place-1>, <#place-2> .
<#place-1> a ckg:Place ; skos:prefLabel "São Delta"@pt ; skos:exactMatch <https://sws.geonames.org/3456068/> .
<#place-2> a ckg:Place ; skos:prefLabel "Nova Delta"@pt .
""",
    "cases_ttl/demo2020/codings/ben/delta-footwear--1990s.ttl": f"""
@base <{CASE}> .
<#product-upgrading--ben> a ckg:Rating ; ckg:case <> ; ckg:variable dim:product-upgrading ; ckg:coding {BEN} ;
  ckg:score 1.0 ; ckg:accepted false ; dcterms:source source:demo2020 ; ckg:locator "p. 9" .
""",
    "cases_ttl/demo2020/cases/delta-footwear.ttl": f"""
@base <{EARLIER}> .
<> a ckg:CaseStudy ; skos:prefLabel "Delta footwear"@en ; ckg:describes cluster:delta-footwear ;
  ckg:study study:demo2020 ; ckg:sectoralGroup group:traditional-manufacturing ; dcterms:source source:demo2020 ;
  ckg:governanceStatus status:not-yet-coded ; dcterms:temporal <#period> .
<#period> a dcterms:PeriodOfTime ; dcat:startDate "1978"^^xsd:gYear ; dcat:endDate "1985"^^xsd:gYear .
""",
    "cases_ttl/demo2020/cases/delta-footwear--1990s.ttl": f"""
@base <{CASE}> .
<> a ckg:CaseStudy ; skos:prefLabel "Delta footwear"@en ; ckg:describes cluster:delta-footwear ;
  ckg:study study:demo2020 ; ckg:sectoralGroup group:traditional-manufacturing ; ckg:governanceStatus status:coded ;
  dcterms:temporal <#period> ; dcterms:source source:demo2020 ; ckg:evidence "=Firms say so." ;
  skos:note "One." , "Two." ; skos:editorialNote "to be checked" ;
  ckg:feedsInto <#chain-market-domestic> , <#chain-hierarchy-global> , <#chain-quasi-hierarchy-global> ;
  ckg:describedChain <#chain-network-global> .
<#period> a dcterms:PeriodOfTime ; skos:prefLabel "1990s" ; dcat:startDate "1990"^^xsd:gYear ;
  dcat:endDate "1999"^^xsd:gYear .
<#chain-market-domestic> a ckg:ValueChain ; ckg:governedBy mode:market ; ckg:marketScope scope:domestic ;
  ckg:basis basis:table ; dcterms:source source:demo2020 ; ckg:locator "p. 1" ; ckg:confidence confidence:high .
<#chain-hierarchy-global> a ckg:ValueChain ; ckg:governedBy mode:hierarchy ; ckg:marketScope scope:global ;
  ckg:basis basis:table ; dcterms:source source:demo2020 ; ckg:locator "p. 1" ; ckg:confidence confidence:high ;
  ckg:leadActor <https://w3id.org/clusterkg/actor/mother> .
<#chain-quasi-hierarchy-global> a ckg:ValueChain ; ckg:governedBy mode:quasi-hierarchy ; ckg:marketScope scope:global ;
  ckg:basis basis:prose-stated ; dcterms:source source:demo2020 ; ckg:locator "p. 2" ;
  ckg:leadActor <https://w3id.org/clusterkg/actor/buyers> ; ckg:destination country:CHL ;
  ckg:enables dim:product-upgrading ; ckg:hinders dim:functional-upgrading ;
  ckg:leavesUnaffected dim:intersectoral-upgrading .
<#chain-network-global> a ckg:ValueChain ; ckg:governedBy mode:network ; ckg:marketScope scope:global ;
  ckg:basis basis:prose-stated ; dcterms:source source:demo2020 ; ckg:locator "p. 3" .
<#product-upgrading> a ckg:Rating ; ckg:case <> ; ckg:variable dim:product-upgrading ; ckg:coding {ANA} ;
  ckg:score 2.5 ; ckg:accepted true ; dcterms:source source:demo2020 ; ckg:locator "p. 1" ;
  ckg:confidence confidence:high .
<#process-upgrading> a ckg:Rating ; ckg:case <> ; ckg:variable dim:process-upgrading ; ckg:coding {ANA} ;
  sdmx-attribute:obsStatus status:not-applicable ; ckg:accepted true ; dcterms:source source:demo2020 ;
  ckg:locator "p. 5" ; ckg:confidence confidence:low ; ckg:evidence "No process of its own." .
""",
    "ontology/reference/made-up.ttl": """
isic:0119 a skos:Concept ; skos:notation "0119" .
""",
    "cases_ttl/demo2020/actors.ttl": """
<https://w3id.org/clusterkg/actor/mother> a ckg:Actor ; skos:prefLabel "Mother firm"@en .
<https://w3id.org/clusterkg/actor/buyers> a ckg:Actor ; skos:prefLabel "US buyers"@en .
""",
    "cases_ttl/demo2020/codings.ttl": f"""
{ANA} a ckg:Coding ; skos:prefLabel "Coding by Ana Souza"@en ; dcterms:creator "Ana Souza" .
{BEN} a ckg:Coding ; skos:prefLabel "Coding by Ben"@en .
""",
}
