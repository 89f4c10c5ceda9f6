package io.shockwave.artifacts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.constantpool.MemberRefEntry;
import java.lang.classfile.constantpool.PoolEntry;
import java.lang.constant.ClassDesc;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.lang.reflect.AccessFlag;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each tier's jar is whole, small, and nothing but the library. */
class TierJarIT {

    private static final long MAX_BYTES = 1_600_000;
    private static final String LIMITS = "io/shockwave/internal/header/HeaderLimits.class";

    @ParameterizedTest
    @ValueSource(strings = {"lowmem", "highperf", "ultraperf", "maxperf"})
    void isSmall(String tier) throws IOException {
        long bytes = Files.size(Artifacts.tier(tier));
        System.out.println("shockwave-" + tier + ".jar: " + bytes + " bytes");
        assertTrue(bytes <= MAX_BYTES, bytes + " bytes");
    }

    @ParameterizedTest
    @ValueSource(strings = {"lowmem", "highperf", "ultraperf", "maxperf"})
    void isTheModuleAndExportsNothingInternal(String tier) {
        ModuleDescriptor module = ModuleFinder.of(Artifacts.tier(tier)).find("io.shockwave").orElseThrow().descriptor();
        assertFalse(module.isAutomatic());
        for (ModuleDescriptor.Requires required : module.requires()) {
            boolean optional = required.modifiers().contains(ModuleDescriptor.Requires.Modifier.STATIC);
            assertTrue(required.name().startsWith("java.") || required.name().startsWith("jdk.") || optional && required.name().equals("org.junit.jupiter.api"), required.toString());
            assertTrue(optional || required.name().equals("java.base"), required.toString());
        }
        Set<String> exported = new TreeSet<>();
        for (ModuleDescriptor.Exports exports : module.exports()) {
            if (!exports.isQualified()) {
                exported.add(exports.source());
                assertFalse(exports.source().contains(".internal"), exports.source());
            }
        }
        assertTrue(exported.containsAll(List.of("io.shockwave", "io.shockwave.client", "io.shockwave.server")), exported.toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"lowmem", "highperf", "ultraperf", "maxperf"})
    void holdsOneHeaderLimitsOneMarkerAndNoForeignPackage(String tier) throws IOException {
        List<String> markers = new ArrayList<>();
        int limits = 0;
        try (JarFile jar = new JarFile(Artifacts.tier(tier).toFile())) {
            for (Enumeration<JarEntry> all = jar.entries(); all.hasMoreElements();) {
                String name = all.nextElement().getName();
                if (name.endsWith("/")) {
                    continue;
                }
                assertTrue(name.startsWith("io/shockwave/") || name.startsWith("META-INF/") || name.equals("module-info.class"), name);
                assertFalse(name.endsWith(".SF") || name.endsWith(".RSA") || name.startsWith("META-INF/maven/"), name);
                limits += name.equals(LIMITS) ? 1 : 0;
                if (name.startsWith("META-INF/shockwave/tier/")) {
                    markers.add(name);
                }
            }
            assertEquals(1, limits);
            assertEquals(List.of("META-INF/shockwave/tier/" + tier + ".properties"), markers);
            Properties marker = new Properties();
            try (InputStream in = jar.getInputStream(jar.getEntry(markers.getFirst()))) {
                marker.load(in);
            }
            assertEquals(tier, marker.getProperty("tier.name"));
            for (String file : List.of("META-INF/LICENSE", "META-INF/third-party/eclipse-collections/LICENSE-EDL-1.0.txt",
                    "META-INF/third-party/commons-cli/LICENSE.txt", "META-INF/third-party/commons-cli/NOTICE.txt",
                    "META-INF/third-party/hdrhistogram/LICENSE.txt")) {
                assertTrue(jar.getEntry(file) != null, file);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"lowmem", "highperf", "ultraperf", "maxperf"})
    void startsWithMainAndNativeAccess(String tier) throws IOException {
        try (JarFile jar = new JarFile(Artifacts.tier(tier).toFile())) {
            assertEquals("io.shockwave.cli.Main", jar.getManifest().getMainAttributes().getValue("Main-Class"));
            assertEquals("ALL-UNNAMED", jar.getManifest().getMainAttributes().getValue("Enable-Native-Access"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"lowmem", "highperf", "ultraperf", "maxperf"})
    void holdsEveryClassAndResourceOfTheCore(String tier) throws IOException {
        Path classes = Artifacts.ROOT.resolve("shockwave-core/target/classes");
        List<String> missing = new ArrayList<>();
        try (JarFile jar = new JarFile(Artifacts.tier(tier).toFile()); Stream<Path> files = Files.walk(classes)) {
            files.filter(Files::isRegularFile).map(file -> classes.relativize(file).toString().replace('\\', '/'))
                    .filter(name -> jar.getEntry(name) == null && !name.endsWith("jpms.args")).forEach(missing::add);
        }
        assertEquals(List.of(), missing);
    }

    /** Shrinking dropped nothing that is reached: every class verifies, and each name in it is in the jar or in the JDK. */
    @ParameterizedTest
    @ValueSource(strings = {"lowmem", "highperf", "ultraperf", "maxperf"})
    void isClosedUnderReferences(String tier) throws IOException {
        Map<String, ClassModel> classes = new HashMap<>();
        try (JarFile jar = new JarFile(Artifacts.tier(tier).toFile())) {
            for (JarEntry entry : jar.stream().filter(e -> e.getName().endsWith(".class")).toList()) {
                try (InputStream in = jar.getInputStream(entry)) {
                    ClassModel model = ClassFile.of().parse(in.readAllBytes());
                    classes.put(model.thisClass().asInternalName(), model);
                }
            }
        }
        ClassHierarchyResolver hierarchy = desc -> {
            ClassModel model = classes.get(internalName(desc));
            if (model == null) {
                return null;
            }
            return model.flags().has(AccessFlag.INTERFACE) ? ClassHierarchyResolver.ClassHierarchyInfo.ofInterface()
                    : ClassHierarchyResolver.ClassHierarchyInfo.ofClass(model.superclass().orElseThrow().asSymbol());
        };
        ClassFile verifier = ClassFile.of(ClassFile.ClassHierarchyResolverOption.of(
                hierarchy.orElse(ClassHierarchyResolver.defaultResolver())));
        List<String> wrong = new ArrayList<>();
        for (ClassModel model : classes.values()) {
            if (!model.thisClass().asInternalName().equals("module-info")) {
                verifier.verify(model).forEach(error -> wrong.add(model.thisClass().asInternalName() + ": " + error.getMessage()));
            }
            for (PoolEntry entry : model.constantPool()) {
                String missing = switch (entry) {
                    case ClassEntry type -> isOfJunit(type, model) ? null : missingClass(type, classes);
                    case MemberRefEntry member -> missingMember(member, classes);
                    default -> null;
                };
                if (missing != null) {
                    wrong.add(model.thisClass().asInternalName() + " names " + missing);
                }
            }
        }
        assertEquals(List.of(), wrong);
    }

    /** The one package that is for users' tests names JUnit, and JUnit's names appear in no other. */
    private static boolean isOfJunit(ClassEntry type, ClassModel in) {
        return in.thisClass().asInternalName().startsWith("io/shockwave/tuning/junit/") && type.asInternalName().startsWith("org/junit/");
    }

    private static String internalName(ClassDesc desc) {
        String text = desc.descriptorString();
        return text.startsWith("L") ? text.substring(1, text.length() - 1) : text;
    }

    private static String missingClass(ClassEntry type, Map<String, ClassModel> classes) {
        String name = type.asInternalName();
        while (name.startsWith("[")) {
            name = name.substring(1);
            if (name.startsWith("L")) {
                name = name.substring(1, name.length() - 1);
            } else if (!name.startsWith("[")) {
                return null;
            }
        }
        return classes.containsKey(name) || name.equals("module-info") || inJdk(name) ? null : name;
    }

    private static boolean inJdk(String name) {
        try {
            Class.forName(name.replace('/', '.'), false, ClassLoader.getPlatformClassLoader());
            return true;
        } catch (ClassNotFoundException absent) {
            return false;
        }
    }

    private static String missingMember(MemberRefEntry member, Map<String, ClassModel> classes) {
        String owner = member.owner().asInternalName();
        return found(owner, member.name().stringValue(), member.type().stringValue(), classes) ? null
                : owner + "." + member.name().stringValue() + member.type().stringValue();
    }

    /** Looks upwards from a class; where it leaves the jar for the JDK, what is there is taken to be there. */
    private static boolean found(String owner, String name, String type, Map<String, ClassModel> classes) {
        ClassModel model = classes.get(owner);
        if (model == null) {
            return !owner.startsWith("io/shockwave") && !owner.equals("java/lang/Object") || inObject(owner, name);
        }
        boolean here = model.methods().stream().anyMatch(m -> m.methodName().equalsString(name) && m.methodType().equalsString(type))
                || model.fields().stream().anyMatch(f -> f.fieldName().equalsString(name) && f.fieldType().equalsString(type));
        return here || model.superclass().filter(up -> found(up.asInternalName(), name, type, classes)).isPresent()
                || model.interfaces().stream().anyMatch(up -> found(up.asInternalName(), name, type, classes));
    }

    private static boolean inObject(String owner, String name) {
        return owner.equals("java/lang/Object")
                && Stream.concat(Stream.of("<init>"), Stream.of(Object.class.getDeclaredMethods()).map(Method::getName))
                        .anyMatch(name::equals);
    }
}
