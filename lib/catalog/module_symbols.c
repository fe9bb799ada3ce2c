/* Reads the dynamic symbols of an ELF file. */
#include "config.h"

#include "catalog/module_private.h"

#include <elf.h>
#include <link.h>
#include <string.h>

#define NAME_MOST 256 /* bytes of a name that are read: no check has a longer one */

/* The structures of this machine: from files for other machines, only the machine field is read. */
#if UINTPTR_MAX > UINT32_MAX
#define ELF(type) Elf64_##type
#else
#define ELF(type) Elf32_##type
#endif

/* Addresses, as the dynamic loader reads them. Like the loader, ignore sections: a stripped file may have none. */
struct dynamic {
    ELF(Addr) symbols;
    ELF(Addr) strings;
    ELF(Addr) hash;
    ELF(Addr) gnu_hash;
    uint64_t strings_size;
    uint64_t symbol_size;
    uint64_t flags_1;
};

/* The linker's name for our own ELF header: a module must match it. */
extern const ELF(Ehdr) own_header __asm__("__ehdr_start") __attribute__((visibility("hidden")));

int ks_module_broken(struct ks_error *err, const char *how)
{
    return ks_error_set(err, KS_ERROR_INVALID, "broken: %s; compile or copy it again", how);
}

/* Copies the item of `size` bytes at an index; false if the piece has fewer. */
static bool take(void *item, struct ks_module_piece piece, uint64_t index, size_t size)
{
    if (index >= piece.length / size) {
        return false;
    }
    memcpy(item, piece.data + index * size, size);
    return true;
}

/* Empty if the piece is shorter. */
static struct ks_module_piece slice(struct ks_module_piece piece, uint64_t offset, uint64_t length)
{
    if (offset > piece.length || length > piece.length - offset) {
        return (struct ks_module_piece){piece.data, 0};
    }
    return (struct ks_module_piece){piece.data + offset, (size_t)length};
}

/* The bytes of the file from a loaded address to the end of its segment; empty if the file has none there. */
static struct ks_module_piece at_address(const struct ks_module_symbols *symbols, ELF(Addr) address)
{
    ELF(Phdr) segment;

    for (size_t i = 0; take(&segment, symbols->segments, i, sizeof segment); i++) {
        if (segment.p_type == PT_LOAD && address >= segment.p_vaddr && address - segment.p_vaddr < segment.p_filesz) {
            ELF(Addr) skipped = address - segment.p_vaddr;

            return slice(symbols->file, (uint64_t)segment.p_offset + skipped, segment.p_filesz - skipped);
        }
    }
    return (struct ks_module_piece){symbols->file.data, 0};
}

static const char *machine_name(const ELF(Ehdr) * header)
{
    static const struct {
        uint16_t machine;
        unsigned char class, data;
        const char *name;
    } machines[] = {
        {EM_X86_64, ELFCLASS64, ELFDATA2LSB, "x86-64"},   {EM_X86_64, ELFCLASS32, ELFDATA2LSB, "x32"},
        {EM_386, ELFCLASS32, ELFDATA2LSB, "i386"},        {EM_AARCH64, ELFCLASS64, ELFDATA2LSB, "aarch64"},
        {EM_ARM, ELFCLASS32, ELFDATA2LSB, "arm"},         {EM_RISCV, ELFCLASS64, ELFDATA2LSB, "riscv64"},
        {EM_RISCV, ELFCLASS32, ELFDATA2LSB, "riscv32"},   {EM_PPC64, ELFCLASS64, ELFDATA2LSB, "ppc64le"},
        {EM_PPC64, ELFCLASS64, ELFDATA2MSB, "ppc64"},     {EM_S390, ELFCLASS64, ELFDATA2MSB, "s390x"},
        {EM_MIPS, ELFCLASS64, ELFDATA2LSB, "mips64el"},   {EM_MIPS, ELFCLASS32, ELFDATA2LSB, "mipsel"},
        {EM_SPARCV9, ELFCLASS64, ELFDATA2MSB, "sparc64"}, {EM_LOONGARCH, ELFCLASS64, ELFDATA2LSB, "loongarch64"},
    };
    uint16_t machine = header->e_machine;

    if (header->e_ident[EI_DATA] != own_header.e_ident[EI_DATA]) {
        machine = (uint16_t)(machine << 8 | machine >> 8);
    }
    for (size_t i = 0; i < sizeof machines / sizeof machines[0]; i++) {
        if (machines[i].machine == machine && machines[i].class == header->e_ident[EI_CLASS] &&
            machines[i].data == header->e_ident[EI_DATA]) {
            return machines[i].name;
        }
    }
    return "another machine";
}

/* A header is the same for 32 and 64 bits up to its machine. */
static int check_machine(struct ks_module_piece file, struct ks_error *err)
{
    static const size_t ends = offsetof(ELF(Ehdr), e_machine) + sizeof own_header.e_machine;
    ELF(Ehdr) header;

    if (file.length < SELFMAG || memcmp(file.data, ELFMAG, SELFMAG) != 0) {
        return ks_error_set(err, KS_ERROR_INVALID, "not an ELF file: build it with cc -shared -fPIC");
    }
    if (file.length < ends) {
        return ks_module_broken(err, "its header is cut off");
    }
    memset(&header, 0, sizeof header);
    memcpy(&header, file.data, ends);
    if (header.e_machine != own_header.e_machine || header.e_ident[EI_CLASS] != own_header.e_ident[EI_CLASS] ||
        header.e_ident[EI_DATA] != own_header.e_ident[EI_DATA]) {
        return ks_error_set(err, KS_ERROR_INVALID, "made for %s, this is %s", machine_name(&header),
                            machine_name(&own_header));
    }
    if (header.e_type != ET_DYN) {
        return ks_error_set(err, KS_ERROR_INVALID, "not a shared object: link it with -shared");
    }
    return 0;
}

static int open_file(struct ks_module_symbols *symbols, struct ks_error *err)
{
    ELF(Ehdr) header;
    ELF(Phdr) segment;

    if (check_machine(symbols->file, err)) {
        return -1;
    }
    if (!take(&header, symbols->file, 0, sizeof header) || header.e_phentsize != sizeof segment) {
        return ks_module_broken(err, "its header is cut off or of another form");
    }
    symbols->segments = slice(symbols->file, header.e_phoff, (uint64_t)header.e_phnum * sizeof segment);
    if (symbols->segments.length == 0) {
        return ks_module_broken(err, "it has no program headers, or ends before them");
    }
    for (size_t i = 0; take(&segment, symbols->segments, i, sizeof segment); i++) {
        if (segment.p_type == PT_LOAD && slice(symbols->file, segment.p_offset, segment.p_filesz).length == 0 &&
            segment.p_filesz > 0) {
            return ks_module_broken(err, "it ends before its segments do");
        }
    }
    return 0;
}

static void set_dynamic(struct dynamic *dynamic, const ELF(Dyn) * entry)
{
    switch (entry->d_tag) {
    case DT_SYMTAB:
        dynamic->symbols = entry->d_un.d_ptr;
        break;
    case DT_STRTAB:
        dynamic->strings = entry->d_un.d_ptr;
        break;
    case DT_STRSZ:
        dynamic->strings_size = entry->d_un.d_val;
        break;
    case DT_SYMENT:
        dynamic->symbol_size = entry->d_un.d_val;
        break;
    case DT_HASH:
        dynamic->hash = entry->d_un.d_ptr;
        break;
    case DT_GNU_HASH:
        dynamic->gnu_hash = entry->d_un.d_ptr;
        break;
    case DT_FLAGS_1:
        dynamic->flags_1 = entry->d_un.d_val;
        break;
    default:
        break;
    }
}

static int read_dynamic(struct dynamic *dynamic, const struct ks_module_symbols *symbols, struct ks_error *err)
{
    struct ks_module_piece entries = {symbols->file.data, 0};
    ELF(Phdr) segment;
    ELF(Dyn) entry = {.d_tag = DT_NULL};

    *dynamic = (struct dynamic){.symbols = 0};
    for (size_t i = 0; take(&segment, symbols->segments, i, sizeof segment); i++) {
        if (segment.p_type == PT_DYNAMIC) {
            entries = at_address(symbols, segment.p_vaddr);
        }
    }
    for (size_t i = 0; take(&entry, entries, i, sizeof entry) && entry.d_tag != DT_NULL; i++) {
        set_dynamic(dynamic, &entry);
    }
    if (entry.d_tag != DT_NULL) {
        return ks_module_broken(err, "its dynamic section has no end");
    }
    if (dynamic->flags_1 & DF_1_PIE) {
        return ks_error_set(err, KS_ERROR_INVALID, "a program, not a shared object: link it with -shared");
    }
    if (!dynamic->symbols || !dynamic->strings || !(dynamic->hash || dynamic->gnu_hash)) {
        return ks_error_set(err, KS_ERROR_INVALID, "no dynamic symbols: link it with -shared, not with -static");
    }
    return 0;
}

/* The symbols end where the last chain of the table ends. */
static bool count_by_gnu_hash(size_t *count, struct ks_module_piece table)
{
    struct {
        uint32_t buckets, first_symbol, bloom_words, bloom_shift;
    } head;
    struct ks_module_piece buckets;
    struct ks_module_piece chains;
    uint64_t bloom_size;
    uint32_t bucket;
    uint32_t hash;
    uint64_t last = 0;

    if (!take(&head, table, 0, sizeof head)) {
        return false;
    }
    bloom_size = (uint64_t)head.bloom_words * sizeof(ELF(Addr));
    buckets = slice(table, sizeof head + bloom_size, (uint64_t)head.buckets * sizeof bucket);
    if (buckets.length == 0 && head.buckets > 0) {
        return false;
    }
    for (size_t i = 0; take(&bucket, buckets, i, sizeof bucket); i++) {
        last = bucket > last ? bucket : last;
    }
    chains.data = buckets.data + buckets.length;
    chains.length = (size_t)(table.data + table.length - chains.data);
    if (last == 0) {
        *count = head.first_symbol;
        return true;
    }
    do {
        if (last < head.first_symbol || !take(&hash, chains, last - head.first_symbol, sizeof hash)) {
            return false;
        }
        last++;
    } while (!(hash & 1));
    *count = (size_t)last;
    return true;
}

static bool count_by_hash(size_t *count, struct ks_module_piece table)
{
    Elf_Symndx chains;

    if (!take(&chains, table, 1, sizeof chains)) {
        return false;
    }
    *count = (size_t)chains;
    return true;
}

static int find_symbols(struct ks_module_symbols *symbols, struct ks_error *err)
{
    struct dynamic dynamic;
    bool counted;

    if (read_dynamic(&dynamic, symbols, err)) {
        return -1;
    }
    counted = dynamic.gnu_hash ? count_by_gnu_hash(&symbols->count, at_address(symbols, dynamic.gnu_hash))
                               : count_by_hash(&symbols->count, at_address(symbols, dynamic.hash));
    symbols->table = at_address(symbols, dynamic.symbols);
    if (!counted || dynamic.symbol_size != sizeof(ELF(Sym)) ||
        symbols->count > symbols->table.length / sizeof(ELF(Sym))) {
        return ks_module_broken(err, "its symbols cannot be counted, or are cut off");
    }
    symbols->strings = slice(at_address(symbols, dynamic.strings), 0, dynamic.strings_size);
    if (symbols->strings.length == 0 || symbols->strings.data[symbols->strings.length - 1] != '\0') {
        return ks_module_broken(err, "the names of its symbols are cut off");
    }
    return 0;
}

int ks_module_symbols_open(struct ks_module_symbols *symbols, const void *data, size_t length, struct ks_error *err)
{
    *symbols = (struct ks_module_symbols){.file = {data, length}};
    return open_file(symbols, err) || find_symbols(symbols, err) ? -1 : 0;
}

/* Types, bindings and visibilities are the same for 32 and 64 bits. */
static bool is_exported(const ELF(Sym) * symbol)
{
    int binding = ELF64_ST_BIND(symbol->st_info);
    int visibility = ELF64_ST_VISIBILITY(symbol->st_other);

    return symbol->st_shndx != SHN_UNDEF && (binding == STB_GLOBAL || binding == STB_WEAK) &&
           (visibility == STV_DEFAULT || visibility == STV_PROTECTED);
}

int ks_module_symbols_get(const struct ks_module_symbols *symbols, size_t index, struct ks_module_symbol *found,
                          struct ks_error *err)
{
    ELF(Sym) symbol;

    *found = (struct ks_module_symbol){.type = KS_MODULE_OTHER, .name = ""};
    if (!take(&symbol, symbols->table, index, sizeof symbol) || !is_exported(&symbol)) {
        return 0;
    }
    if (symbol.st_name >= symbols->strings.length) {
        return ks_module_broken(err, "a symbol's name is outside of its names");
    }
    found->name = (const char *)symbols->strings.data + symbol.st_name;
    if (strnlen(found->name, NAME_MOST) == NAME_MOST) {
        found->name = "";
    }
    if (ELF64_ST_TYPE(symbol.st_info) == STT_FUNC) {
        found->type = KS_MODULE_FUNCTION;
    } else if (ELF64_ST_TYPE(symbol.st_info) == STT_OBJECT) {
        found->type = KS_MODULE_OBJECT;
    }
    found->address = symbol.st_value;
    found->size = symbol.st_size;
    return 0;
}

bool ks_module_symbols_value(const struct ks_module_symbols *symbols, const struct ks_module_symbol *symbol,
                             void *value, size_t size)
{
    return symbol->size == size && take(value, at_address(symbols, (ELF(Addr))symbol->address), 0, size);
}
