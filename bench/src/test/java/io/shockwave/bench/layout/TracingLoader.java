package io.shockwave.bench.layout;

import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.MethodModel;
import java.lang.classfile.Opcode;
import java.lang.classfile.TypeKind;
import java.lang.classfile.constantpool.PoolEntry;
import java.lang.classfile.constantpool.StringEntry;
import java.lang.classfile.instruction.ArrayLoadInstruction;
import java.lang.classfile.instruction.ArrayStoreInstruction;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.NewObjectInstruction;
import java.lang.classfile.instruction.NewPrimitiveArrayInstruction;
import java.lang.classfile.instruction.NewReferenceArrayInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.List;

/**
 * Loads the library and the scenarios again, with a call to {@link Trace} at each access to a field or an array and wherever an object is made or comes from the JDK. What the JDK's own code
 * touches is not seen, but for the ranges of arrays that are given to it. Thread-safe.
 */
final class TracingLoader extends ClassLoader {
    private static final String OURS = "io.shockwave.";
    private static final ClassDesc TRACE = ClassDesc.of(Trace.class.getName());
    private static final ClassDesc HANDLE = ClassDesc.of("java.lang.invoke.VarHandle");
    private static final MethodTypeDesc OBJECT_INT = MethodTypeDesc.of(ConstantDescs.CD_void, ConstantDescs.CD_Object, ConstantDescs.CD_int);
    private static final MethodTypeDesc RANGE = MethodTypeDesc.of(ConstantDescs.CD_void, ConstantDescs.CD_Object, ConstantDescs.CD_int, ConstantDescs.CD_int);
    private static final MethodTypeDesc OBJECT = MethodTypeDesc.of(ConstantDescs.CD_void, ConstantDescs.CD_Object);

    private final ClassFile files = ClassFile.of(ClassFile.ClassHierarchyResolverOption.of(ClassHierarchyResolver.ofResourceParsing(getParent())));

    TracingLoader() {
        super(TracingLoader.class.getClassLoader());
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (!name.startsWith(OURS) || name.startsWith(Trace.class.getName())) {
            return super.loadClass(name, resolve);
        }
        synchronized (getClassLoadingLock(name)) {
            Class<?> loaded = findLoadedClass(name);
            return loaded == null ? define(name) : loaded;
        }
    }

    private Class<?> define(String name) throws ClassNotFoundException {
        try (InputStream in = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
            if (in == null) {
                throw new ClassNotFoundException(name);
            }
            byte[] traced = traced(in.readAllBytes());
            return defineClass(name, traced, 0, traced.length, TracingLoader.class.getProtectionDomain());
        } catch (IOException e) {
            throw new ClassNotFoundException(name, e);
        }
    }

    private byte[] traced(byte[] bytes) {
        var model = files.parse(bytes);
        for (PoolEntry entry : model.constantPool()) {
            if (entry instanceof StringEntry text) {
                Trace.constant(text.stringValue());
            }
        }
        return files.transformClass(model, ClassTransform.transformingMethods((builder, element) -> {
            if (element instanceof java.lang.classfile.CodeModel code) {
                builder.transformCode(code, CodeTransform.ofStateful(() -> new Tracing(code.parent().orElseThrow())));
            } else {
                builder.with(element);
            }
        }));
    }

    /** Of one method. */
    private static final class Tracing implements CodeTransform {
        private final boolean isConstructor;
        private int begun; // objects whose constructor was not called yet

        Tracing(MethodModel method) {
            isConstructor = method.methodName().equalsString(ConstantDescs.INIT_NAME);
        }

        @Override
        public void accept(CodeBuilder to, CodeElement element) {
            switch (element) {
                case FieldInstruction field -> field(to, field);
                case ArrayLoadInstruction load -> {
                    to.dup2().invokestatic(TRACE, "element", OBJECT_INT).with(load);
                    if (load.typeKind() == TypeKind.REFERENCE) {
                        tell(to, "held");
                    }
                }
                case ArrayStoreInstruction store -> {
                    int value = to.allocateLocal(store.typeKind());
                    to.storeLocal(store.typeKind(), value).dup2().invokestatic(TRACE, "element", OBJECT_INT).loadLocal(store.typeKind(), value).with(store);
                }
                case NewObjectInstruction made -> {
                    begun++;
                    to.with(made);
                }
                case NewPrimitiveArrayInstruction made -> tell(to.with(made), "made");
                case NewReferenceArrayInstruction made -> tell(to.with(made), "made");
                case InvokeInstruction call -> call(to, call);
                default -> to.with(element);
            }
        }

        private static void tell(CodeBuilder to, String what) {
            to.dup().invokestatic(TRACE, what, OBJECT);
        }

        private void field(CodeBuilder to, FieldInstruction field) {
            boolean isReference = !field.typeSymbol().isPrimitive();
            int id = Trace.field(field.owner().asSymbol().descriptorString().substring(1).replace('/', '.').replace(";", ""), field.name().stringValue());
            if (field.opcode() == Opcode.GETSTATIC) {
                to.with(field);
                if (isReference) {
                    tell(to, "constant");
                }
            } else if (field.opcode() == Opcode.PUTSTATIC || isConstructor) {
                to.with(field); // what is made counts in full
            } else if (field.opcode() == Opcode.GETFIELD) {
                boolean ofShared = isReference && Touched.isShared(field.owner().name().stringValue().replace('/', '.'));
                to.dup().loadConstant(id).invokestatic(TRACE, "field", OBJECT_INT).with(field);
                if (ofShared && field.typeSymbol().isArray()) {
                    tell(to, "shared");
                } else if (isReference) {
                    tell(to, "held");
                }
            } else {
                TypeKind kind = TypeKind.from(field.typeSymbol());
                int value = to.allocateLocal(kind);
                to.storeLocal(kind, value).dup().loadConstant(id).invokestatic(TRACE, "field", OBJECT_INT).loadLocal(kind, value).with(field);
            }
        }

        private void call(CodeBuilder to, InvokeInstruction call) {
            String owner = call.owner().name().stringValue();
            String name = call.name().stringValue();
            if (name.equals(ConstantDescs.INIT_NAME)) {
                to.with(call);
                if (begun > 0) {
                    begun--;
                    tell(to, owner.startsWith("io/shockwave/") ? "made" : "held");
                }
                return;
            }
            List<ClassDesc> types = call.typeSymbol().parameterList();
            boolean isOfJdk = owner.startsWith("java/");
            if (isOfJdk && types.stream().anyMatch(TracingLoader::isArrayOrHandled) || owner.equals("java/lang/invoke/VarHandle")) {
                arguments(to, owner, name, types);
            }
            to.with(call);
            ClassDesc result = call.typeSymbol().returnType();
            if (isOfJdk && result.isArray() && !owner.equals("java/nio/ByteBuffer")) {
                tell(to, "fresh");
            } else if (isOfJdk && !result.isPrimitive() && !result.isArray()) {
                tell(to, "held");
            }
        }

        /** Looks at the arguments of a method of the JDK, and puts them back. */
        private static void arguments(CodeBuilder to, String owner, String name, List<ClassDesc> types) {
            boolean isCopy = owner.equals("java/lang/System") && name.equals("arraycopy");
            boolean isHandle = owner.equals("java/lang/invoke/VarHandle");
            boolean isRange = owner.equals("java/nio/ByteBuffer") && types.getFirst().isArray() && types.size() == 3;
            boolean isPlaced = owner.equals("java/nio/ByteBuffer") && types.size() == 4;
            boolean isFill = owner.equals("java/util/Arrays") && name.equals("fill") && types.size() == 4;
            if (!isCopy && !isHandle && !isRange && !isPlaced && !isFill) {
                return;
            }
            int[] at = new int[types.size()];
            for (int i = types.size() - 1; i >= 0; i--) {
                TypeKind kind = TypeKind.from(types.get(i));
                at[i] = to.allocateLocal(kind);
                to.storeLocal(kind, at[i]);
            }
            if (isHandle && !types.isEmpty() && !types.getFirst().isPrimitive()) {
                boolean isArray = types.getFirst().isArray();
                to.dup().aload(at[0]);
                if (isArray) {
                    to.iload(at[1]);
                }
                MethodTypeDesc type = isArray ? MethodTypeDesc.of(ConstantDescs.CD_void, HANDLE, ConstantDescs.CD_Object, ConstantDescs.CD_int)
                        : MethodTypeDesc.of(ConstantDescs.CD_void, HANDLE, ConstantDescs.CD_Object);
                to.invokestatic(TRACE, "handle", type);
            } else if (isCopy) {
                to.aload(at[0]).iload(at[1]).iload(at[4]).invokestatic(TRACE, "elements", RANGE).aload(at[2]).iload(at[3]).iload(at[4]).invokestatic(TRACE, "elements", RANGE);
            } else if (isRange) {
                to.aload(at[0]).iload(at[1]).iload(at[2]).invokestatic(TRACE, "elements", RANGE);
            } else if (isPlaced) {
                to.aload(at[1]).iload(at[2]).iload(at[3]).invokestatic(TRACE, "elements", RANGE);
            } else if (isFill) {
                to.aload(at[0]).iload(at[1]).iload(at[2]).iload(at[1]).isub().invokestatic(TRACE, "elements", RANGE);
            }
            for (int i = 0; i < types.size(); i++) {
                to.loadLocal(TypeKind.from(types.get(i)), at[i]);
            }
        }
    }

    private static boolean isArrayOrHandled(ClassDesc type) {
        return type.isArray() || type.equals(ConstantDescs.CD_Object);
    }
}
