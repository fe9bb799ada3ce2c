#include "config.h"

#include "support/testing.h"

#include "catalog/module.h"
#include "support/check_module_image.h"

/* Scans a copy on the heap, where the sanitizer sees a read beyond its end. Gives the names, space-separated, or the
 * error. */
static void scan(const void *image, size_t length, struct ks_buf *seen)
{
    struct ks_module module;
    struct ks_error err = {.kind = KS_ERROR_NONE};
    char *copy = malloc(length ? length : 1);

    assert_non_null(copy);
    memcpy(copy, image, length);
    ks_buf_reset(seen);
    if (ks_module_scan(&module, copy, length, &err)) {
        assert_int_equal(err.kind, KS_ERROR_INVALID);
        assert_int_equal(module.count, 0);
        ks_buf_printf(seen, "! %s", err.text);
    } else {
        assert_int_equal(err.kind, KS_ERROR_NONE);
    }
    for (size_t i = 0; i < module.count; i++) {
        ks_buf_printf(seen, "%s%s", i ? " " : "", module.checks[i]);
    }
    ks_module_fini(&module);
    free(copy);
}

static void add_abi(struct module_image *image)
{
    module_image_add(image, ABI_SYMBOL_NAME, OBJECT);
}

static void checks_are_exported_functions(void **state)
{
    static const struct {
        const char *rule;
        struct {
            const char *name;
            unsigned info, visibility, section;
        } symbols[4];
        const char *wanted;
    } rows[] = {
        {"sorted", {{"misses", FUNCTION, 0, 1}, {"hits", FUNCTION, 0, 1}}, "hits misses"},
        {"weak", {{"hits", ELF64_ST_INFO(STB_WEAK, STT_FUNC), 0, 1}}, "hits"},
        {"protected is exported", {{"hits", FUNCTION, STV_PROTECTED, 1}}, "hits"},
        {"each once", {{"hits", FUNCTION, 0, 1}, {"hits", FUNCTION, 0, 2}}, "hits"},
        {"not local", {{"a", ELF64_ST_INFO(STB_LOCAL, STT_FUNC), 0, 1}, {"hits", FUNCTION, 0, 1}}, "hits"},
        {"not hidden",
         {{"a", FUNCTION, STV_HIDDEN, 1}, {"b", FUNCTION, STV_INTERNAL, 1}, {"hits", FUNCTION, 0, 1}},
         "hits"},
        {"a symbol of another file", {{"printf", FUNCTION, 0, SHN_UNDEF}, {"hits", FUNCTION, 0, 1}}, "hits"},
        {"no data", {{"data", OBJECT, 0, 1}, {"hits", FUNCTION, 0, 1}}, "hits"},
        {"no IFUNC", {{"fast", ELF64_ST_INFO(STB_GLOBAL, STT_GNU_IFUNC), 0, 1}, {"hits", FUNCTION, 0, 1}}, "hits"},
        {"no type", {{"label", ELF64_ST_INFO(STB_GLOBAL, STT_NOTYPE), 0, 1}, {"hits", FUNCTION, 0, 1}}, "hits"},
        {"no '_'", {{"_init", FUNCTION, 0, 1}, {"_Z4hitsv", FUNCTION, 0, 1}, {"hits", FUNCTION, 0, 1}}, "hits"},
        {"no name of a check", {{"hits_", FUNCTION, 0, 1}, {"a$b", FUNCTION, 0, 1}, {"hits", FUNCTION, 0, 1}}, "hits"},
        {"63 bytes, not 64",
         {{"a23456789_123456789_123456789_123456789_123456789_123456789_123", FUNCTION, 0, 1},
          {"b23456789_123456789_123456789_123456789_123456789_123456789_1234", FUNCTION, 0, 1}},
         "a23456789_123456789_123456789_123456789_123456789_123456789_123"},
        {"the marked only", {{"a", FUNCTION, 0, 1}, {"hits", FUNCTION, 0, 1}, {MARK("hits"), OBJECT, 0, 1}}, "hits"},
        {"abi is a name", {{"abi", FUNCTION, 0, 1}, {"hits", FUNCTION, 0, 1}, {MARK("abi"), OBJECT, 0, 1}}, "abi"},
        {"a mark is data", {{"hits", FUNCTION, 0, 1}, {MARK("b"), FUNCTION, 0, 1}}, "hits"},
        {"a mark without function",
         {{"hits", FUNCTION, STV_HIDDEN, 1}, {MARK("hits"), OBJECT, 0, 1}},
         "! KUBE_SHIELDS_CHECK(hits): no function hits is exported"},
        {"a mark of no name",
         {{"hits", FUNCTION, 0, 1}, {MARK("_a"), OBJECT, 0, 1}},
         "! KUBE_SHIELDS_CHECK: check \"_a\": must be letters, digits, '-', '_' and '.', with a letter or digit at "
         "each end, at most 63 bytes"},
        {"none",
         {{"_init", FUNCTION, 0, 1}},
         "! no check: it exports no function with a check's name (in C++ only those marked with KUBE_SHIELDS_CHECK "
         "have one)"},
    };
    struct ks_buf seen KS_CLEANUP_BUF;

    (void)state;
    ks_buf_init(&seen, CEILING);
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct module_image image;

        module_image_init(&image);
        for (size_t k = 0; k < COUNT(rows[i].symbols) && rows[i].symbols[k].name; k++) {
            ElfW(Sym) *symbol = module_image_add(&image, rows[i].symbols[k].name, rows[i].symbols[k].info);

            symbol->st_other = (unsigned char)rows[i].symbols[k].visibility;
            symbol->st_shndx = (uint16_t)rows[i].symbols[k].section;
        }
        add_abi(&image);
        scan(&image, sizeof image, &seen);
        assert_row_text(rows[i].rule, seen.data, rows[i].wanted);
    }
}

static void good_image(struct module_image *image)
{
    module_image_init(image);
    module_image_add(image, "hits", FUNCTION);
    module_image_add(image, "misses", FUNCTION);
    add_abi(image);
}

static void both_kinds_of_hash_table_give_the_number_of_symbols(void **state)
{
    struct ks_buf seen KS_CLEANUP_BUF;
    struct module_image image;

    (void)state;
    ks_buf_init(&seen, CEILING);
    good_image(&image);
    image.dynamic[ENTRY_HASH] = (ElfW(Dyn)){DT_HASH, {AT(hash_buckets)}};
    scan(&image, sizeof image, &seen);
    assert_string_equal(seen.data, "hits misses");
    image.hash_symbols = 2;
    scan(&image, sizeof image, &seen);
    assert_row_part("fewer symbols", seen.data, "! no _kube_shields_check_abi");
    good_image(&image);
    image.gnu_chains[0] |= 1;
    scan(&image, sizeof image, &seen);
    assert_row_part("a chain that ends early", seen.data, "! no _kube_shields_check_abi");
    image.gnu_bucket = 0;
    image.gnu_buckets = 0;
    image.gnu_first = 4;
    scan(&image, sizeof image, &seen);
    assert_row_text("no chain at all", seen.data, "hits misses");
}

static void a_truncated_file_is_refused_at_every_byte(void **state)
{
    struct ks_buf seen KS_CLEANUP_BUF;
    struct module_image image;

    (void)state;
    ks_buf_init(&seen, CEILING);
    good_image(&image);
    scan(&image, sizeof image, &seen);
    assert_string_equal(seen.data, "hits misses");
    for (size_t length = 0; length < sizeof image; length++) {
        scan(&image, length, &seen);
        assert_row_part("shorter", seen.data, length < SELFMAG ? "! not an ELF file" : "! broken: ");
    }
}

/* Sets every byte to each of a few values: the result is an answer or an error, and no read outside the image. */
static void every_byte_of_a_module_is_checked(void **state)
{
    static const unsigned char values[] = {0x00, 0x01, 0x7f, 0x80, 0xff};
    struct ks_buf seen KS_CLEANUP_BUF;
    struct module_image image;

    (void)state;
    ks_buf_init(&seen, CEILING);
    for (size_t i = 0; i < offsetof(struct module_image, strings); i++) {
        for (size_t k = 0; k < COUNT(values); k++) {
            good_image(&image);
            ((unsigned char *)&image)[i] = values[k];
            scan(&image, sizeof image, &seen);
            assert_true(seen.length > 0);
        }
    }
}

static void other_machine(struct module_image *image)
{
    image->header.e_machine = image->header.e_machine == EM_AARCH64 ? EM_X86_64 : EM_AARCH64;
    image->header.e_ident[EI_CLASS] = ELFCLASS64;
    image->header.e_ident[EI_DATA] = ELFDATA2LSB;
}

static void other_class(struct module_image *image)
{
    image->header.e_ident[EI_CLASS] = sizeof(void *) == 8 ? ELFCLASS32 : ELFCLASS64;
}

static void other_endianness(struct module_image *image)
{
    image->header.e_ident[EI_CLASS] = ELFCLASS64;
    image->header.e_ident[EI_DATA] = test_header.e_ident[EI_DATA] == ELFDATA2LSB ? ELFDATA2MSB : ELFDATA2LSB;
    image->header.e_machine = (uint16_t)(EM_S390 << 8);
}

static void an_object_file(struct module_image *image)
{
    image->header.e_type = ET_REL;
}

static void a_program(struct module_image *image)
{
    image->dynamic[ENTRY_FLAGS].d_un.d_val = DF_1_PIE;
}

static void no_magic(struct module_image *image)
{
    memcpy(&image->header, "#!/bin/sh\n", 10);
}

static void no_segments(struct module_image *image)
{
    image->header.e_phnum = 0;
}

static void segments_of_another_size(struct module_image *image)
{
    image->header.e_phentsize--;
}

static void segments_far_outside(struct module_image *image)
{
    image->header.e_phoff = (ElfW(Off)) - 1;
}

static void segment_past_the_end(struct module_image *image)
{
    image->segments[0].p_filesz++;
}

static void a_segment_of_the_whole_file(struct module_image *image)
{
    image->segments[0].p_offset = 64;
    image->segments[0].p_filesz = (ElfW(Addr)) - 64;
}

static void no_dynamic_segment(struct module_image *image)
{
    image->segments[1].p_type = PT_NOTE;
}

static void a_dynamic_section_outside(struct module_image *image)
{
    image->segments[1].p_vaddr = (ElfW(Addr)) - 8;
}

static void an_endless_dynamic_section(struct module_image *image)
{
    image->segments[0].p_filesz = offsetof(struct module_image, dynamic[ENTRY_END]);
}

static void no_symbols(struct module_image *image)
{
    image->dynamic[ENTRY_SYMBOLS].d_tag = DT_DEBUG;
}

static void no_hash(struct module_image *image)
{
    image->dynamic[ENTRY_HASH].d_tag = DT_DEBUG;
}

static void symbols_of_another_size(struct module_image *image)
{
    image->dynamic[ENTRY_SYMBOL_SIZE].d_un.d_val++;
}

static void symbols_outside(struct module_image *image)
{
    image->dynamic[ENTRY_SYMBOLS].d_un.d_ptr = ADDRESS + sizeof *image;
}

static void too_many_symbols(struct module_image *image)
{
    image->dynamic[ENTRY_HASH] = (ElfW(Dyn)){DT_HASH, {AT(hash_buckets)}};
    image->hash_symbols = UINT32_MAX;
}

static void too_many_buckets(struct module_image *image)
{
    image->gnu_buckets = UINT32_MAX;
}

static void too_many_bloom_words(struct module_image *image)
{
    image->gnu_bloom_words = UINT32_MAX;
}

static void a_bucket_before_the_first(struct module_image *image)
{
    image->gnu_first = 9;
}

static void a_bucket_far_outside(struct module_image *image)
{
    image->gnu_bucket = UINT32_MAX;
}

static void an_endless_chain(struct module_image *image)
{
    memset(image->gnu_chains, 0, sizeof *image - offsetof(struct module_image, gnu_chains));
}

static void too_long_strings(struct module_image *image)
{
    image->dynamic[ENTRY_STRINGS_SIZE].d_un.d_val = (ElfW(Addr)) - 1;
}

static void no_strings(struct module_image *image)
{
    image->dynamic[ENTRY_STRINGS_SIZE].d_un.d_val = 0;
}

static void strings_without_nul(struct module_image *image)
{
    image->strings[sizeof image->strings - 1] = 'x';
}

static void a_name_outside(struct module_image *image)
{
    image->symbols[1].st_name = sizeof image->strings;
}

static void a_name_far_outside(struct module_image *image)
{
    image->symbols[1].st_name = UINT32_MAX;
}

static void abi_two(struct module_image *image)
{
    image->abi = 2;
}

static void abi_missing(struct module_image *image)
{
    image->symbols[3].st_name++;
}

static void abi_hidden(struct module_image *image)
{
    image->symbols[3].st_other = STV_HIDDEN;
}

static void abi_function(struct module_image *image)
{
    image->symbols[3].st_info = FUNCTION;
}

static void abi_of_another_size(struct module_image *image)
{
    image->symbols[3].st_size = 8;
}

static void abi_outside(struct module_image *image)
{
    image->symbols[3].st_value = ADDRESS + sizeof *image - 3;
}

static void a_file_that_is_not_a_module_says_how_to_build_one(void **state)
{
    static const struct {
        const char *rule;
        void (*change)(struct module_image *);
        const char *wanted;
    } rows[] = {
        {"other machine", other_machine, sizeof(void *) == 8 ? ", this is " : "! made for "},
        {"other class", other_class, "! made for "},
        {"other endianness", other_endianness, "! made for "},
        {"object file", an_object_file, "! not a shared object: link it with -shared"},
        {"program", a_program, "! a program, not a shared object: link it with -shared"},
        {"script", no_magic, "! not an ELF file: build it with cc -shared -fPIC"},
        {"no segments", no_segments, "! broken: "},
        {"segments of another size", segments_of_another_size, "! broken: "},
        {"segments far away", segments_far_outside, "! broken: "},
        {"segment past the end", segment_past_the_end, "! broken: it ends before its segments do"},
        {"segment of all there is", a_segment_of_the_whole_file, "! broken: it ends before its segments do"},
        {"no dynamic segment", no_dynamic_segment, "! no dynamic symbols"},
        {"dynamic elsewhere", a_dynamic_section_outside, "! no dynamic symbols"},
        {"dynamic without end", an_endless_dynamic_section, "! broken: its dynamic section has no end"},
        {"no symbols", no_symbols, "! no dynamic symbols: link it with -shared, not with -static"},
        {"no hash", no_hash, "! no dynamic symbols"},
        {"symbols of another size", symbols_of_another_size, "! broken: its symbols"},
        {"symbols elsewhere", symbols_outside, "! broken: its symbols"},
        {"too many symbols", too_many_symbols, "! broken: its symbols"},
        {"too many buckets", too_many_buckets, "! broken: its symbols"},
        {"too many bloom words", too_many_bloom_words, "! broken: its symbols"},
        {"bucket before the first", a_bucket_before_the_first, "! broken: its symbols"},
        {"bucket far away", a_bucket_far_outside, "! broken: its symbols"},
        {"chain without end", an_endless_chain, "! broken: its symbols"},
        {"too long strings", too_long_strings, "! broken: the names"},
        {"no strings", no_strings, "! broken: the names"},
        {"strings without NUL", strings_without_nul, "! broken: the names"},
        {"name outside", a_name_outside, "! broken: a symbol's name"},
        {"name far away", a_name_far_outside, "! broken: a symbol's name"},
        {"ABI 2", abi_two, "! built for ABI 2 of kube-shields-check.h, must be 1: compile it again"},
        {"ABI missing", abi_missing, "! no _kube_shields_check_abi: include <kube-shields-check.h>"},
        {"ABI hidden", abi_hidden, "! no _kube_shields_check_abi: include <kube-shields-check.h>"},
        {"ABI a function", abi_function, "! no _kube_shields_check_abi: include <kube-shields-check.h>"},
        {"ABI of another size", abi_of_another_size, "! broken: _kube_shields_check_abi has no value"},
        {"ABI outside", abi_outside, "! broken: _kube_shields_check_abi has no value"},
    };
    struct ks_buf seen KS_CLEANUP_BUF;

    (void)state;
    ks_buf_init(&seen, CEILING);
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct module_image image;

        good_image(&image);
        rows[i].change(&image);
        scan(&image, sizeof image, &seen);
        assert_row_part(rows[i].rule, seen.data, rows[i].wanted);
    }
}

static void errors_name_the_machine(void **state)
{
    static const struct {
        uint16_t machine;
        unsigned char class, data;
        const char *wanted;
    } rows[] = {
        {EM_X86_64, ELFCLASS64, ELFDATA2LSB, "x86-64"},
        {EM_386, ELFCLASS32, ELFDATA2LSB, "i386"},
        {EM_AARCH64, ELFCLASS64, ELFDATA2LSB, "aarch64"},
        {EM_RISCV, ELFCLASS64, ELFDATA2LSB, "riscv64"},
        {EM_S390, ELFCLASS64, ELFDATA2MSB, "s390x"},
        {12345, ELFCLASS64, ELFDATA2LSB, "another machine"},
        {EM_X86_64, 9, 9, "another machine"},
    };
    struct ks_buf seen KS_CLEANUP_BUF;
    char wanted[64];
    int ours = 0;

    (void)state;
    ks_buf_init(&seen, CEILING);
    for (size_t i = 0; i < COUNT(rows); i++) {
        bool native = rows[i].data == test_header.e_ident[EI_DATA];
        struct module_image image;

        good_image(&image);
        image.header.e_ident[EI_CLASS] = rows[i].class;
        image.header.e_ident[EI_DATA] = rows[i].data;
        image.header.e_machine = (uint16_t)(native ? rows[i].machine : rows[i].machine << 8 | rows[i].machine >> 8);
        scan(&image, sizeof image, &seen);
        snprintf(wanted, sizeof wanted, "! made for %s, this is ", rows[i].wanted);
        if (seen.data[0] != '!') {
            ours++;
            continue;
        }
        assert_row_part(rows[i].wanted, seen.data, wanted);
    }
    assert_true(ours <= 1);
}

/* A module built by this machine's compiler and linker is understood. */
static void a_real_file_is_understood(void **state)
{
    static char data[64 << 20];
    struct ks_buf seen KS_CLEANUP_BUF;
    FILE *file = fopen("/proc/self/exe", "rb");
    size_t length;

    (void)state;
    ks_buf_init(&seen, CEILING);
    assert_non_null(file);
    length = fread(data, 1, sizeof data, file);
    fclose(file);
    scan(data, length, &seen);
    assert_row_part("a program", seen.data, "not a shared object: link it with -shared");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(checks_are_exported_functions),
        cmocka_unit_test(both_kinds_of_hash_table_give_the_number_of_symbols),
        cmocka_unit_test(a_truncated_file_is_refused_at_every_byte),
        cmocka_unit_test(every_byte_of_a_module_is_checked),
        cmocka_unit_test(a_file_that_is_not_a_module_says_how_to_build_one),
        cmocka_unit_test(errors_name_the_machine),
        cmocka_unit_test(a_real_file_is_understood),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
